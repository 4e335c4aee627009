"""What OpenAI's ``POST /v1/images/generations`` answers, as the API reference and real servers have it."""

import base64
from typing import Any

from tests.peers.server import Answer
from tests.providers import png

CREATED = 1_795_000_000


def picture(content: bytes | None = None) -> Answer:
    """As gpt-image models answer: base64 and what it cost."""
    data = base64.b64encode(png() if content is None else content).decode()
    usage = {"input_tokens": 12, "output_tokens": 196, "total_tokens": 208}
    return Answer.of({"created": CREATED, "data": [{"b64_json": data}], "output_format": "png", "usage": usage})


def link(url: str) -> Answer:
    """As Recraft and LocalAI answer unless asked otherwise."""
    return Answer.of({"created": CREATED, "data": [{"url": url, "revised_prompt": "A fox."}]})


def error(status: int, message: str = "No.", *, headers: dict[str, str] | None = None, **fields: Any) -> Answer:
    """The error object, whose fields are all there, mostly null."""
    document = {"message": message, "type": "invalid_request_error", "param": None, "code": None} | fields
    return Answer.of({"error": document}, status, **(headers or {}))


def wrong_key(key: str) -> Answer:
    """OpenAI shows the ends of a wrong key; lesser servers show all of it."""
    return error(401, f"Incorrect API key provided: {key}. You can find your API key at …", code="invalid_api_key")


def moderated() -> Answer:
    message = "Your request was rejected by the safety system. safety_violations=[violence]."
    return error(400, message, type="image_generation_user_error", code="moderation_blocked")


def out_of_quota() -> Answer:
    message = "You exceeded your current quota, please check your plan and billing details."
    return error(429, message, type="insufficient_quota", code="insufficient_quota")
