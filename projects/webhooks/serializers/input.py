"""What callers send about their endpoints, and what is wrong with it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from projects.api.fields import JsonObject, StrictBooleanField, StrictCharField, StrictChoiceField
from projects.outbound.urls import URL_MAX_LENGTH, UrlRefused, approve
from projects.webhooks.models import EventType, Status
from projects.webhooks.models.endpoint import DESCRIPTION_MAX_LENGTH


@extend_schema_field({"type": "string", "format": "uri", "minLength": 1, "maxLength": URL_MAX_LENGTH})
class TargetUrlField(StrictCharField):
    """A URL that may be sent to."""

    def to_internal_value(self, data: Any) -> str:
        url = super().to_internal_value(data)
        try:
            approve(url)
        except UrlRefused as error:
            raise serializers.ValidationError(str(error)) from None
        return url


@extend_schema_field(
    {
        "type": "array",
        "items": {"$ref": "#/components/schemas/EventType"},
        "maxItems": len(EventType),
    }
)
class EventTypesField(serializers.ListField):
    """Names of events, each at most once."""

    child = StrictChoiceField(choices=EventType.choices)
    default_error_messages = {"repeated": "Name each at most once."}

    def to_internal_value(self, data: Any) -> list[str]:
        named: list[str] = super().to_internal_value(data)
        if len(set(named)) < len(named):
            self.fail("repeated")
        return named


URL_HELP = "https:// and a public host, port 80, 443 or above 1023."


DESCRIPTION_HELP = "For yourself."


EVENT_TYPES_HELP = "Which events are sent; none named means all, those of the future too."


class CreateWebhook(JsonObject):
    """What a client posts; unknown fields are ignored."""

    url = TargetUrlField(help_text=URL_HELP)
    description = StrictCharField(
        max_length=DESCRIPTION_MAX_LENGTH, allow_blank=True, default="", help_text=DESCRIPTION_HELP
    )
    eventTypes = EventTypesField(source="event_types", default=list, help_text=EVENT_TYPES_HELP)


class UpdateWebhook(JsonObject):
    """Omitted fields keep their values."""

    url = TargetUrlField(required=False, help_text=URL_HELP)
    description = StrictCharField(
        max_length=DESCRIPTION_MAX_LENGTH, allow_blank=True, required=False, help_text=DESCRIPTION_HELP
    )
    eventTypes = EventTypesField(source="event_types", required=False, help_text=EVENT_TYPES_HELP)
    enabled = StrictBooleanField(required=False, help_text="To enable it begins anew: what waited goes out.")


class DeliveryQuery(serializers.Serializer[Any]):
    """The filter of a list; limit and offset are the paginator's."""

    status = StrictChoiceField(choices=Status.choices, required=False, help_text="Only deliveries in this status.")
