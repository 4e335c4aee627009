"""Ways to make pictures: one file a vendor, chosen by the setting IMAGE_PROVIDERS."""

from copy import deepcopy
from threading import Lock
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from generations.providers.base import Canceled, ImageProvider, ImageRequest, ImageResult, ProviderError
from generations.providers.errors import ErrorCode

__all__ = [
    "Canceled",
    "ErrorCode",
    "ImageProvider",
    "ImageRequest",
    "ImageResult",
    "ProviderError",
    "build_provider",
    "first_alias",
    "get_provider",
    "get_queue",
]

_built: dict[str, tuple[dict[str, Any], ImageProvider]] = {}
_building = Lock()


def get_provider(alias: str = "default") -> ImageProvider:
    """This process' instance of a configured provider: built at the first call, and anew when its settings change."""
    alias = first_alias(alias)
    config = settings.IMAGE_PROVIDERS[alias]
    with _building:
        if alias not in _built or _built[alias][0] != config:
            _built[alias] = (deepcopy(config), build_provider(config))
        return _built[alias][1]


def build_provider(config: dict[str, Any]) -> ImageProvider:
    """What BACKEND names, with its OPTIONS."""
    provider: ImageProvider = import_string(config["BACKEND"])(**config.get("OPTIONS", {}))
    return provider


def first_alias(alias: str) -> str:
    """The first name of the same provider: "default" is often a second one, and weights are loaded once."""
    config = settings.IMAGE_PROVIDERS[alias]
    return next(name for name, other in settings.IMAGE_PROVIDERS.items() if other == config)


def get_queue(alias: str) -> str | None:
    """The Celery queue that a provider has for itself. Nothing is built, so that the web may ask."""
    queue: str | None = import_string(settings.IMAGE_PROVIDERS[alias]["BACKEND"]).queue
    return queue
