"""What Google's ``models/…:generateContent`` and Imagen's ``…:predict`` answer, as the API reference has it."""

import base64
from typing import Any

from tests.peers.server import Answer
from tests.providers import png


def inline(content: bytes | None = None, **fields: Any) -> dict[str, Any]:
    """A part that is an image."""
    data = base64.b64encode(png() if content is None else content).decode()
    return {"inlineData": {"mimeType": "image/png", "data": data}} | fields


def picture(*parts: dict[str, Any], reason: str = "STOP") -> Answer:
    """A model's one candidate, of parts or with one image."""
    content = {"role": "model", "parts": list(parts) or [inline()]}
    usage = {"promptTokenCount": 12, "candidatesTokenCount": 1290, "totalTokenCount": 1302}
    candidate = {"content": content, "finishReason": reason, "index": 0}
    return Answer.of({"candidates": [candidate], "usageMetadata": usage, "modelVersion": "gemini-nano-banana-2.1"})


def stopped(reason: str) -> Answer:
    """A candidate without content, which says why in words as well."""
    return Answer.of({"candidates": [{"finishReason": reason, "finishMessage": "Unable to show it.", "index": 0}]})


def prompt_blocked(reason: str) -> Answer:
    return Answer.of({"promptFeedback": {"blockReason": reason}, "usageMetadata": {"promptTokenCount": 12}})


def imagen(content: bytes | None = None) -> Answer:
    data = base64.b64encode(png() if content is None else content).decode()
    return Answer.of({"predictions": [{"mimeType": "image/png", "bytesBase64Encoded": data}]})


def imagen_filtered() -> Answer:
    reason = "Unable to show generated images. All images were filtered out. Support codes: 39322892"
    return Answer.of({"predictions": [{"raiFilteredReason": reason}]})


def error(status: int, name: str = "UNKNOWN", message: str = "No.", *details: Any, **headers: str) -> Answer:
    """https://cloud.google.com/apis/design/errors#http_mapping"""
    document = {"code": status, "message": message, "status": name}
    return Answer.of({"error": document | ({"details": list(details)} if details else {})}, status, **headers)


def wrong_key(key: str) -> Answer:
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "API_KEY_INVALID",
        "domain": "googleapis.com",
    }
    return error(400, "INVALID_ARGUMENT", f"API key not valid: {key}. Please pass a valid API key.", info)


def rate_limited(delay: str, **headers: str) -> Answer:
    failure = {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": []}
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}
    return error(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", failure, info, **headers)
