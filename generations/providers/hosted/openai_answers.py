"""What the answers of OpenAI and of those who speak like it say: the image in them, or why there is none."""

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any

from generations.providers.base import ProviderError
from generations.providers.hosted.refusals import (
    content_blocked,
    no_image,
    quota_used_up,
    refusal,
    rejected,
    unreadable,
)

if TYPE_CHECKING:
    from openai import APIStatusError

POLICY_MARKS = ("content_policy", "contentpolicy", "moderation_blocked", "content_filter", "safety system")
QUOTA_MARKS = {"insufficient_quota", "billing_hard_limit_reached"}
OURS = {"model", "size", "quality", "output_format", "moderation", "prompt"}


def image_in(body: bytes) -> dict[str, Any]:
    """The first image of an answer, in which nothing can be relied on."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise unreadable() from None
    match document:
        case {"data": [dict(image), *_]}:
            return image
        case {"data": [] | None}:
            raise no_image()
    raise unreadable()


def decode(text: str) -> bytes:
    """Base64, bare or in a ``data:`` URL."""
    try:
        return base64.b64decode(text.rpartition(",")[2], validate=True)
    except (binascii.Error, ValueError):
        raise no_image("The image service's image could not be decoded.") from None


def explain(error: "APIStatusError") -> ProviderError:
    """What a refusal means; its own words stay here, as they may quote the key."""
    marks = {str(error.code), str(error.type)}
    words = " ".join([*marks, error.message]).lower()
    if error.status_code in {400, 403, 422} and any(mark in words for mark in POLICY_MARKS):
        return content_blocked("The image service refused the prompt because of its content policy.")
    if marks & QUOTA_MARKS:
        return quota_used_up(error.response.headers)
    if error.status_code in {400, 422} and error.param in OURS:
        return rejected(f"The image service did not accept the request's {error.param}.")
    return refusal(error.status_code, error.response.headers)
