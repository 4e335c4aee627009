"""Webhooks and their deliveries, as staff see them."""

from projects.webhooks.admin.deliveries import DeliveryAdmin
from projects.webhooks.admin.endpoints import EndpointAdmin

__all__ = ["DeliveryAdmin", "EndpointAdmin"]
