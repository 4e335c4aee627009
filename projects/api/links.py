"""Links that we hand out: they begin with PUBLIC_URL where it is set, so that a picture has one address."""

from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request


def absolute_url(request: HttpRequest | Request, path: str) -> str:
    """The path as clients reach it, by the host that the request named where there is no PUBLIC_URL; URLs stay."""
    return location(path) if settings.PUBLIC_URL else str(request.build_absolute_uri(path))


def location(path: str) -> str:
    """The value of a Location header: relative to the request where there is no PUBLIC_URL."""
    return str(urljoin(settings.PUBLIC_URL, path))
