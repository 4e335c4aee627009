"""How the admin looks: django-unfold's settings."""

from typing import Any

SETTINGS: dict[str, Any] = {"SITE_TITLE": "Easel", "SITE_HEADER": "Easel", "SITE_SYMBOL": "palette"}
