"""The OpenAPI document's frame: drf-spectacular's settings."""

from typing import Any

SETTINGS: dict[str, Any] = {
    "TITLE": "Easel",
    "VERSION": "1",
    "DESCRIPTION": "The image generation API that you run yourself.",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
