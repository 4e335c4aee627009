"""What the OpenAPI document says of each operation."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiRequest,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
    inline_serializer,
)
from rest_framework import serializers

from projects.openapi import IDEMPOTENCY_ERRORS, IDEMPOTENCY_PARAMETERS
from projects.webhooks.exceptions import DeliveryNotFound, WebhookDisabled, WebhookLimitReached, WebhookNotFound
from projects.webhooks.serializers import (
    CreateWebhook,
    DeliveryInFullOut,
    DeliveryOut,
    DeliveryQuery,
    UpdateWebhook,
    WebhookOut,
    WebhookWithSecretOut,
)

TAGS = ["Webhooks"]

WEBHOOK: dict[str, Any] = {
    "id": "6f1c2a3e-8f0b-4f0a-9d58-0f4f6f6e2c11",
    "projectId": "57c7f7f4-47de-4d70-9ebd-3807a0b63746",
    "url": "https://shop.example/hooks/easel",
    "description": "The shop",
    "eventTypes": ["generation.succeeded", "generation.failed"],
    "enabled": True,
    "disabledReason": None,
    "disabledAt": None,
    "failingSince": None,
    "createdAt": "2025-11-28T10:00:00.000Z",
    "updatedAt": "2025-11-28T10:00:00.000Z",
}
WITH_SECRET = WEBHOOK | {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw0123456789A="}
DISABLED = WEBHOOK | {
    "enabled": False,
    "disabledReason": "failing",
    "disabledAt": "2025-12-01T10:00:09.000Z",
    "failingSince": "2025-11-28T10:00:09.000Z",
}
PENDING = {
    "id": "0c5b8f0e-6c2b-4a38-9d1b-2f7b1d7c9f10",
    "webhookId": WEBHOOK["id"],
    "messageId": "msg_6a0f3b1c5d7e9f2a4b6c8d0e1f",
    "eventType": "generation.succeeded",
    "status": "pending",
    "attemptCount": 0,
    "nextAttemptAt": "2025-11-28T10:00:08.500Z",
    "statusCode": None,
    "error": None,
    "createdAt": "2025-11-28T10:00:08.500Z",
    "endedAt": None,
}
RETRIED = PENDING | {
    "attemptCount": 1,
    "nextAttemptAt": "2025-11-28T10:00:13.700Z",
    "statusCode": 500,
    "error": "It answered 500.",
}
IN_FULL = RETRIED | {
    "payload": {"type": "generation.succeeded", "timestamp": "2025-11-28T10:00:08.500Z", "data": {"id": "550e8400-…"}},
    "answer": "<h1>Server Error</h1>",
    "attempts": [
        {
            "number": 1,
            "endedAt": "2025-11-28T10:00:08.620Z",
            "statusCode": 500,
            "error": "It answered 500.",
            "durationMs": 81,
        }
    ],
}


def example(name: str, value: Any) -> list[OpenApiExample]:
    return [OpenApiExample(name, value)]


def path_id(name: str, of: str) -> OpenApiParameter:
    return OpenApiParameter(
        name,
        OpenApiTypes.UUID,
        OpenApiParameter.PATH,
        description=f"The {of}'s id. Anything else, and another project's, is not found.",
    )


def location(status: int, description: str) -> OpenApiParameter:
    return OpenApiParameter("Location", str, OpenApiParameter.HEADER, description=description, response=[status])


ID = path_id("id", "webhook")
WEBHOOK_ID, DELIVERY_ID = path_id("webhook_id", "webhook"), path_id("id", "delivery")
NO_BODY = "A body is not needed, nor read."

describe_webhooks = extend_schema_view(
    create=extend_schema(
        operation_id="createWebhook",
        summary="Create a webhook",
        description=(
            "From then on each event of the project is posted to `url`, signed by the Standard Webhooks specification. "
            "The answer is the only one, but for that of a rotation, that shows the secret. Private addresses are "
            "refused, now and at each delivery; redirects are not followed."
        ),
        tags=TAGS,
        request=OpenApiRequest(
            CreateWebhook,
            examples=example("Two events", {"url": WEBHOOK["url"], "eventTypes": WEBHOOK["eventTypes"]}),
        ),
        parameters=[*IDEMPOTENCY_PARAMETERS, location(201, "The webhook.")],
        responses={
            201: OpenApiResponse(WebhookWithSecretOut, "With its secret.", example("Created", WITH_SECRET)),
            403: WebhookLimitReached,
            **IDEMPOTENCY_ERRORS,
        },
    ),
    list=extend_schema(
        operation_id="listWebhooks",
        summary="List webhooks",
        description="The project's webhooks, newest first, page by page.",
        tags=TAGS,
        responses={200: OpenApiResponse(WebhookOut(many=True), "One page.", example("One page", WEBHOOK))},
    ),
    retrieve=extend_schema(
        operation_id="getWebhook",
        summary="Get a webhook",
        description="Without its secret.",
        tags=TAGS,
        parameters=[ID],
        responses={
            200: OpenApiResponse(
                WebhookOut, "As it is now.", [*example("Enabled", WEBHOOK), *example("Disabled", DISABLED)]
            ),
            404: WebhookNotFound,
        },
    ),
    partial_update=extend_schema(
        operation_id="updateWebhook",
        summary="Update a webhook",
        description="What is left out stays. `enabled: true` also forgets why it was disabled.",
        tags=TAGS,
        request=OpenApiRequest(UpdateWebhook, examples=example("Enable it again", {"enabled": True})),
        parameters=[ID],
        responses={
            200: OpenApiResponse(WebhookOut, "As it is now.", example("Enabled", WEBHOOK)),
            404: WebhookNotFound,
        },
    ),
    destroy=extend_schema(
        operation_id="deleteWebhook",
        summary="Delete a webhook",
        description="With its deliveries; what is on the wire may still arrive.",
        tags=TAGS,
        parameters=[ID],
        responses={
            200: OpenApiResponse(
                inline_serializer("WebhookDeleted", {"message": serializers.CharField()}),
                "Gone.",
                example("Deleted", {"message": "Webhook deleted"}),
            ),
            404: WebhookNotFound,
        },
    ),
    rotate_secret=extend_schema(
        operation_id="rotateWebhookSecret",
        summary="Rotate a webhook's secret",
        description=f"For 24 hours the old secret signs along, so that no delivery is refused meanwhile. {NO_BODY}",
        tags=TAGS,
        request=None,
        parameters=[ID],
        responses={
            200: OpenApiResponse(WebhookWithSecretOut, "With its new secret.", example("Rotated", WITH_SECRET)),
            404: WebhookNotFound,
        },
    ),
    test=extend_schema(
        operation_id="testWebhook",
        summary="Send a test to a webhook",
        description=f"A message of type `webhook.test`, whatever events it wants. {NO_BODY}",
        tags=TAGS,
        request=None,
        parameters=[ID, location(202, "The delivery.")],
        responses={
            202: OpenApiResponse(
                DeliveryOut, "It is on its way.", example("Pending", PENDING | {"eventType": "webhook.test"})
            ),
            404: WebhookNotFound,
            409: WebhookDisabled,
        },
    ),
)
describe_deliveries = extend_schema_view(
    list=extend_schema(
        operation_id="listDeliveries",
        summary="List a webhook's deliveries",
        description="Newest first, page by page; each is kept for a week.",
        tags=TAGS,
        parameters=[WEBHOOK_ID, DeliveryQuery],
        responses={
            200: OpenApiResponse(DeliveryOut(many=True), "One page.", example("One page", RETRIED)),
            404: WebhookNotFound,
        },
    ),
    retrieve=extend_schema(
        operation_id="getDelivery",
        summary="Get a delivery",
        description="With what was sent, the last answer and all attempts.",
        tags=TAGS,
        parameters=[WEBHOOK_ID, DELIVERY_ID],
        responses={
            200: OpenApiResponse(DeliveryInFullOut, "As it is now.", example("Tried once", IN_FULL)),
            404: DeliveryNotFound,
        },
    ),
    resend=extend_schema(
        operation_id="resendDelivery",
        summary="Send a delivery again",
        description=f"The same message under the same `webhook-id`, whatever became of it before. {NO_BODY}",
        tags=TAGS,
        request=None,
        parameters=[WEBHOOK_ID, DELIVERY_ID, location(202, "The delivery.")],
        responses={
            202: OpenApiResponse(DeliveryOut, "It is on its way.", example("Pending", RETRIED)),
            404: DeliveryNotFound,
            409: WebhookDisabled,
        },
    ),
)
