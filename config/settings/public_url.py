"""PUBLIC_URL: the address that clients and browsers see."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def without_path(url: str) -> str:
    """The address as it is, or ImproperlyConfigured if it has a path: Easel has a host for itself.

    The cookies of staff are bound to a whole host (``__Host-``), and the links in pages, in the OpenAPI document and to
    pictures begin at its root: below a path most of them would lead elsewhere.
    """
    if urlsplit(url).path:
        host = url[: -len(urlsplit(url).path)]
        raise ImproperlyConfigured(f"PUBLIC_URL has a path, and Easel needs a host for itself: {host}, or another one.")
    return url
