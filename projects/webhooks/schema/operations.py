"""What the OpenAPI document says of each operation."""

from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiRequest,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)

from projects.api.schema.operations import (
    IDEMPOTENCY_ERRORS,
    IDEMPOTENCY_PARAMETERS,
    deleted,
    examples,
    header,
    idempotency_errors,
    idempotency_parameters,
    path_id,
)
from projects.webhooks.exceptions import DeliveryNotFound, WebhookDisabled, WebhookLimitReached, WebhookNotFound
from projects.webhooks.schema.examples import DISABLED, IN_FULL, PENDING, RETRIED, WEBHOOK, WITH_SECRET
from projects.webhooks.serializers.input import CreateWebhook, DeliveryQuery, UpdateWebhook
from projects.webhooks.serializers.output import DeliveryInFullOut, DeliveryOut, WebhookOut, WebhookWithSecretOut

TAGS = ["Webhooks"]


def location(status: int, description: str) -> OpenApiParameter:
    return header("Location", description, status)


ID = path_id("id", "webhook")
WEBHOOK_ID, DELIVERY_ID = path_id("webhook_id", "webhook"), path_id("id", "delivery")
NO_BODY = "The request body is ignored."

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
            examples=examples({"Two events": {"url": WEBHOOK["url"], "eventTypes": WEBHOOK["eventTypes"]}}),
        ),
        parameters=[*IDEMPOTENCY_PARAMETERS, location(201, "The webhook.")],
        responses={
            201: OpenApiResponse(WebhookWithSecretOut, "With its secret.", examples({"Created": WITH_SECRET})),
            403: WebhookLimitReached,
            **IDEMPOTENCY_ERRORS,
        },
    ),
    list=extend_schema(
        operation_id="listWebhooks",
        summary="List webhooks",
        description="The project's webhooks, newest first, page by page.",
        tags=TAGS,
        responses={200: OpenApiResponse(WebhookOut(many=True), "One page.", examples({"One page": WEBHOOK}))},
    ),
    retrieve=extend_schema(
        operation_id="getWebhook",
        summary="Get a webhook",
        description="Without its secret.",
        tags=TAGS,
        parameters=[ID],
        responses={
            200: OpenApiResponse(WebhookOut, "As it is now.", examples({"Enabled": WEBHOOK, "Disabled": DISABLED})),
            404: WebhookNotFound,
        },
    ),
    partial_update=extend_schema(
        operation_id="updateWebhook",
        summary="Update a webhook",
        description="Omitted fields keep their values. `enabled: true` also clears `disabledReason`.",
        tags=TAGS,
        request=OpenApiRequest(UpdateWebhook, examples=examples({"Enable it again": {"enabled": True}})),
        parameters=[ID],
        responses={
            200: OpenApiResponse(WebhookOut, "As it is now.", examples({"Enabled": WEBHOOK})),
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
            200: deleted("Webhook deleted"),
            404: WebhookNotFound,
        },
    ),
    rotate_secret=extend_schema(
        operation_id="rotateWebhookSecret",
        summary="Rotate a webhook's secret",
        description=f"For 24 hours the old secret signs along, so that no delivery is refused meanwhile. {NO_BODY}",
        tags=TAGS,
        request=None,
        parameters=[ID, *idempotency_parameters(200)],
        responses={
            200: OpenApiResponse(WebhookWithSecretOut, "With its new secret.", examples({"Rotated": WITH_SECRET})),
            404: WebhookNotFound,
            **IDEMPOTENCY_ERRORS,
        },
    ),
    test=extend_schema(
        operation_id="testWebhook",
        summary="Send a test to a webhook",
        description=f"A message of type `webhook.test`, whatever events it wants. {NO_BODY}",
        tags=TAGS,
        request=None,
        parameters=[ID, *idempotency_parameters(202), location(202, "The delivery.")],
        responses={
            202: OpenApiResponse(
                DeliveryOut, "It is on its way.", examples({"Pending": PENDING | {"eventType": "webhook.test"}})
            ),
            404: WebhookNotFound,
            **idempotency_errors(WebhookDisabled),
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
            200: OpenApiResponse(DeliveryOut(many=True), "One page.", examples({"One page": RETRIED})),
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
            200: OpenApiResponse(DeliveryInFullOut, "As it is now.", examples({"Tried once": IN_FULL})),
            404: DeliveryNotFound,
        },
    ),
    resend=extend_schema(
        operation_id="resendDelivery",
        summary="Send a delivery again",
        description=f"The same message under the same `webhook-id`, whatever became of it before. {NO_BODY}",
        tags=TAGS,
        request=None,
        parameters=[WEBHOOK_ID, DELIVERY_ID, *idempotency_parameters(202), location(202, "The delivery.")],
        responses={
            202: OpenApiResponse(DeliveryOut, "It is on its way.", examples({"Pending": RETRIED})),
            404: DeliveryNotFound,
            **idempotency_errors(WebhookDisabled),
        },
    ),
)
