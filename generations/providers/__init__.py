"""Ways to make pictures: one file a vendor, chosen by the setting IMAGE_PROVIDERS."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from generations.providers.base import ImageProvider, ImageRequest, ImageResult, ProviderError
from generations.providers.errors import ErrorCode

__all__ = ["ErrorCode", "ImageProvider", "ImageRequest", "ImageResult", "ProviderError", "get_provider"]


@cache
def get_provider(alias: str = "default") -> ImageProvider:
    """This process' instance of a configured provider."""
    config = settings.IMAGE_PROVIDERS[alias]
    provider: ImageProvider = import_string(config["BACKEND"])(**config.get("OPTIONS", {}))
    return provider
