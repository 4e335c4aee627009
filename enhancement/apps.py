"""The app, listed in INSTALLED_APPS so that a bad configuration is reported when the product starts."""

from django.apps import AppConfig


class EnhancementConfig(AppConfig):
    """Prompt enhancement."""

    name = "enhancement"

    def ready(self) -> None:
        """Register the system checks."""
        from enhancement import checks  # noqa: F401
