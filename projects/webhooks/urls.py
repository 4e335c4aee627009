"""The webhooks' addresses, below /api/v1."""

from django.urls import path

from projects.webhooks.views import DeliveryViewSet, WebhookViewSet

DELIVERIES = "webhooks/<str:webhook_id>/deliveries"

urlpatterns = [
    path("webhooks", WebhookViewSet.as_view({"post": "create", "get": "list"})),
    path(
        "webhooks/<str:pk>",
        WebhookViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
    ),
    path("webhooks/<str:pk>/rotate-secret", WebhookViewSet.as_view({"post": "rotate_secret"})),
    path("webhooks/<str:pk>/test", WebhookViewSet.as_view({"post": "test"})),
    path(DELIVERIES, DeliveryViewSet.as_view({"get": "list"})),
    path(f"{DELIVERIES}/<str:pk>", DeliveryViewSet.as_view({"get": "retrieve"})),
    path(f"{DELIVERIES}/<str:pk>/resend", DeliveryViewSet.as_view({"post": "resend"})),
]
