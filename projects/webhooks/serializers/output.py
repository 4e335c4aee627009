"""The JSON of webhooks; camelCase lives here only."""

import json
from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from projects.webhooks.links import current_body
from projects.webhooks.models import Delivery, DisabledReason, Endpoint, Status
from projects.webhooks.serializers.input import EventTypesField

# Only the OpenAPI document reads the classes below: the functions at the end write the objects.


@extend_schema_serializer(component_name="Webhook")
class WebhookOut(serializers.Serializer[Endpoint]):
    """An address that is told what happens; null where there is nothing."""

    id = serializers.UUIDField()
    projectId = serializers.UUIDField()
    url = serializers.CharField()
    description = serializers.CharField()
    eventTypes = EventTypesField(help_text="Empty means all.")
    enabled = serializers.BooleanField(help_text="While it is not, nothing is sent or written down for it.")
    disabledReason = serializers.ChoiceField(
        choices=DisabledReason.choices,
        allow_null=True,
        help_text="`owner`: you; `gone`: it answered 410; `failing`: no delivery succeeded for three days.",
    )
    disabledAt = serializers.DateTimeField(allow_null=True)
    failingSince = serializers.DateTimeField(allow_null=True, help_text="No delivery has succeeded since then.")
    createdAt = serializers.DateTimeField()
    updatedAt = serializers.DateTimeField()


@extend_schema_serializer(component_name="WebhookWithSecret")
class WebhookWithSecretOut(WebhookOut):
    """The same, with its secret: shown now and never again."""

    secret = serializers.CharField(help_text="`whsec_…`: verify signatures with it.")


@extend_schema_serializer(component_name="Delivery")
class DeliveryOut(serializers.Serializer[Delivery]):
    """A message on its way to a webhook, or arrived, or given up."""

    id = serializers.UUIDField()
    webhookId = serializers.UUIDField()
    messageId = serializers.CharField(help_text="The `webhook-id` header: the same at each attempt.")
    eventType = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)
    attemptCount = serializers.IntegerField(min_value=0)
    nextAttemptAt = serializers.DateTimeField(allow_null=True, help_text="While it is pending.")
    statusCode = serializers.IntegerField(allow_null=True, help_text="Of the last answer.")
    error = serializers.CharField(allow_null=True, help_text="Why the last attempt failed.")
    createdAt = serializers.DateTimeField()
    endedAt = serializers.DateTimeField(allow_null=True)


@extend_schema_serializer(component_name="DeliveryAttempt")
class AttemptOut(serializers.Serializer[Any]):
    """One POST."""

    number = serializers.IntegerField(min_value=1)
    endedAt = serializers.DateTimeField()
    statusCode = serializers.IntegerField(allow_null=True)
    error = serializers.CharField(allow_null=True)
    durationMs = serializers.IntegerField(min_value=0)


@extend_schema_serializer(component_name="DeliveryInFull")
class DeliveryInFullOut(DeliveryOut):
    """The same, with what was sent and answered."""

    payload = serializers.DictField(help_text="The body that is sent.")
    answer = serializers.CharField(allow_null=True, help_text="The body of the last answer, up to 64 KiB.")
    attempts = AttemptOut(many=True, help_text="The last 20, oldest first.")


def webhook_out(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "id": endpoint.pk,
        "projectId": endpoint.project_id,
        "url": endpoint.url,
        "description": endpoint.description,
        "eventTypes": endpoint.event_types,
        "enabled": endpoint.is_enabled,
        "disabledReason": endpoint.disabled_reason or None,
        "disabledAt": endpoint.disabled_at,
        "failingSince": endpoint.failing_since,
        "createdAt": endpoint.created_at,
        "updatedAt": endpoint.updated_at,
    }


def webhook_with_secret_out(endpoint: Endpoint) -> dict[str, Any]:
    return webhook_out(endpoint) | {"secret": endpoint.secret}


def delivery_out(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.pk,
        "webhookId": delivery.endpoint_id,
        "messageId": delivery.message_id,
        "eventType": delivery.message.type,
        "status": delivery.status,
        "attemptCount": delivery.attempt,
        "nextAttemptAt": delivery.next_attempt_at if delivery.status == Status.PENDING else None,
        "statusCode": delivery.status_code,
        "error": delivery.error or None,
        "createdAt": delivery.created_at,
        "endedAt": delivery.ended_at,
    }


def delivery_in_full_out(delivery: Delivery) -> dict[str, Any]:
    answered = delivery.status_code is not None
    return delivery_out(delivery) | {
        "payload": json.loads(current_body(delivery.message)),
        "answer": delivery.answer if answered else None,
        "attempts": [attempt_out(noted) for noted in delivery.attempts],
    }


def attempt_out(noted: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": noted["number"],
        "endedAt": noted["ended_at"],
        "statusCode": noted["status_code"],
        "error": noted["error"] or None,
        "durationMs": noted["duration_ms"],
    }
