"""Addresses of files in messages: a presigned one ends after an hour, and its message is sent for a day or a week."""

from urllib.parse import urljoin

from django.conf import settings
from django.core.files.storage import default_storage

from projects.webhooks.models import Message


def outside_url(path: str) -> str:
    """Where no request says by which host: the path below PUBLIC_URL; URLs stay."""
    return str(urljoin(settings.PUBLIC_URL or f"http://127.0.0.1:{settings.PORT}", path))


def current_body(message: Message) -> str:
    """The message's text with each address as the storage gives it now, signed anew where it is signed."""
    body = message.body
    for address, key in (message.links or {}).items():
        body = body.replace(f'"{address}"', f'"{outside_url(default_storage.url(key))}"')
    return body
