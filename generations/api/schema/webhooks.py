# mypy: disallow-untyped-calls=False
"""The ``webhooks`` of the OpenAPI document: what is posted to a project's webhooks."""

from typing import Any

from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.utils import OpenApiWebhook

from generations.api.schema.examples import DONE, PENDING
from generations.api.schema.examples import FAILED as NOT_DONE
from projects.webhooks.models import EventType

# Of their own: a generator that finds one tag on both makes one class of the two, and loses half.
TAGS = ["Events"]
SIGNATURE = {
    "webhook-id": "Names the message; the same at each attempt, so that you can tell a second one.",
    "webhook-timestamp": "Seconds since 1970 at this attempt; refuse what is older than five minutes.",
    "webhook-signature": "`v1,…`, of the id, the timestamp and the body; two of them for a day after a rotation.",
}
EVENT_TYPE = {"type": "string", "enum": EventType.values}
EVENT = {
    "type": "object",
    "properties": {
        "type": {"$ref": "#/components/schemas/EventType"},
        "timestamp": {"type": "string", "format": "date-time", "description": "When it happened."},
        "apiKeyId": {
            "type": ["string", "null"],
            "description": "The visible id of the key it was asked for with (`esl_<id>_…`); null where that is gone.",
        },
        "data": {"$ref": "#/components/schemas/Generation"},
    },
    "required": ["type", "timestamp", "apiKeyId", "data"],
}
PAINTING = PENDING | {"status": "processing", "updatedAt": "2025-11-28T10:00:00.250Z"}


def post(event: EventType, summary: str, generation: dict[str, Any]) -> OpenApiWebhook:
    shown = {"type": event.value, "timestamp": generation["updatedAt"], "apiKeyId": "5bWmW68Z", "data": generation}
    operation = {
        "operationId": f"on{''.join(word.capitalize() for word in event.value.split('.'))}",
        "summary": summary,
        "description": (
            "Answer 2xx within 15 seconds; anything else, a redirect too, is tried again over 24 hours, and 410 "
            "disables the webhook. Messages may come twice, and in another order."
        ),
        "tags": TAGS,
        "security": [],
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": text, "schema": {"type": "string"}}
            for name, text in SIGNATURE.items()
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"$ref": "#/components/schemas/WebhookEvent"},
                    "examples": {event.value: {"value": shown}},
                }
            },
        },
        "responses": {"2XX": {"description": "It has arrived."}, "410": {"description": "Send nothing more."}},
    }
    return OpenApiWebhook(event.value, {"post": operation})


PROCESSING = post(EventType.GENERATION_PROCESSING, "A worker has begun", PAINTING)
SUCCEEDED = post(EventType.GENERATION_SUCCEEDED, "The image is there", DONE)
FAILED = post(EventType.GENERATION_FAILED, "It has failed", NOT_DONE)


def add_event(result: dict[str, Any], generator: Any, **kwargs: Any) -> dict[str, Any]:
    """The component that these refer to; a hook of drf-spectacular's."""
    for name, schema in (("WebhookEvent", EVENT), ("EventType", EVENT_TYPE)):
        component = ResolvedComponent(name, ResolvedComponent.SCHEMA, schema=schema, object=name)
        generator.registry.register_on_missing(component)
    result["components"] = generator.registry.build(spectacular_settings.APPEND_COMPONENTS)
    return result
