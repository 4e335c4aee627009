"""Endpoints, messages and deliveries."""

from projects.webhooks.models.delivery import Claim, Delivery, Status
from projects.webhooks.models.endpoint import DisabledReason, Endpoint
from projects.webhooks.models.message import EventType, Message

__all__ = ["Claim", "Delivery", "DisabledReason", "Endpoint", "EventType", "Message", "Status"]
