from django.apps import AppConfig


class EaselConfig(AppConfig):
    """Holds ``manage.py quickstart`` and ``doctor``."""

    name = "config"
