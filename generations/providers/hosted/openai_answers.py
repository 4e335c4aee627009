"""What the answers of OpenAI and of those who speak like it say: the image in them, or why there is none."""

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any

from generations.providers.base import ProviderError
from generations.providers.hosted.openai_errors import POLICY, explain_error, is_withheld
from generations.providers.hosted.refusals import content_blocked, no_image, refusal, unreadable

if TYPE_CHECKING:
    from openai import APIStatusError

BLANKS = str.maketrans("-_", "+/", " \t\r\n\v\f")


def image_in(body: bytes) -> dict[str, Any]:
    """The first image of an answer, in which nothing can be relied on; a refusal may come with status 200, too."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise unreadable() from None
    if not isinstance(document, dict):
        raise unreadable()
    if is_withheld(document):
        raise content_blocked(POLICY)
    match document:
        case {"data": [dict(image), *_]}:
            return image
    if error := explain_error(document, status=None, headers={}):
        raise error
    match document:
        case {"data": [] | None}:
            raise no_image()
    raise unreadable()


def decode(text: str) -> bytes:
    """Base64 of either alphabet, with line breaks and without padding, bare or in a ``data:`` URL."""
    digits = text.rpartition(",")[2].translate(BLANKS).rstrip("=")
    try:
        return base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise no_image("The image service's image could not be decoded.", lasting=True) from None


def explain(error: "APIStatusError") -> ProviderError:
    """What a refusal means; its own words stay here, as they may quote the key."""
    headers = error.response.headers
    try:
        document = error.response.json()
    except (ValueError, RecursionError):
        document = None
    found = explain_error(document, status=error.status_code, headers=headers) if isinstance(document, dict) else None
    return found or refusal(error.status_code, headers)
