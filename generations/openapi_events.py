"""The ``webhooks`` of the OpenAPI document: what is posted to a project's webhooks."""

from typing import Any

from drf_spectacular.utils import OpenApiWebhook

from generations.openapi_examples import DONE, PENDING
from generations.openapi_examples import FAILED as NOT_DONE
from projects.webhooks.models import EventType
from projects.webhooks.openapi import TAGS

SIGNATURE = {
    "webhook-id": "Names the message; the same at each attempt, so that you can tell a second one.",
    "webhook-timestamp": "Seconds since 1970 at this attempt; refuse what is older than five minutes.",
    "webhook-signature": "`v1,…`, of the id, the timestamp and the body; two of them for a day after a rotation.",
}
PAINTING = PENDING | {"status": "processing", "updatedAt": "2025-11-28T10:00:00.250Z"}


def post(event: EventType, summary: str, generation: dict[str, Any]) -> OpenApiWebhook:
    body = {
        "type": "object",
        "properties": {
            "type": {"type": "string", "const": event.value},
            "timestamp": {"type": "string", "format": "date-time", "description": "When it happened."},
            "data": {"$ref": "#/components/schemas/Generation"},
        },
        "required": ["type", "timestamp", "data"],
    }
    shown = {"type": event.value, "timestamp": generation["updatedAt"], "data": generation}
    operation = {
        "summary": summary,
        "description": (
            "Answer 2xx within 15 seconds; anything else, a redirect too, is tried again over 24 hours, and 410 "
            "disables the webhook. Messages may come twice, and in another order."
        ),
        "tags": TAGS,
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": text, "schema": {"type": "string"}}
            for name, text in SIGNATURE.items()
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": body, "examples": {event.value: {"value": shown}}}},
        },
        "responses": {"2XX": {"description": "It has arrived."}, "410": {"description": "Send nothing more."}},
    }
    return OpenApiWebhook(event.value, {"post": operation})


PROCESSING = post(EventType.GENERATION_PROCESSING, "A worker has begun", PAINTING)
SUCCEEDED = post(EventType.GENERATION_SUCCEEDED, "The image is there", DONE)
FAILED = post(EventType.GENERATION_FAILED, "It has failed", NOT_DONE)
