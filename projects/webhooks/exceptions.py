"""What a client may see."""

from rest_framework import status
from rest_framework.exceptions import APIException


class WebhookNotFound(APIException):
    """Another project's id, an unknown one and a malformed one look alike."""

    status_code = status.HTTP_404_NOT_FOUND
    default_detail = "Webhook not found."
    default_code = "WEBHOOK_NOT_FOUND"


class DeliveryNotFound(APIException):
    """The same, for a delivery or for the webhook that it is looked for under."""

    status_code = status.HTTP_404_NOT_FOUND
    default_detail = "Delivery not found."
    default_code = "DELIVERY_NOT_FOUND"


class WebhookDisabled(APIException):
    """Nothing is sent to it until it is enabled."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "The webhook is disabled. Enable it first."
    default_code = "WEBHOOK_DISABLED"


class WebhookLimitReached(APIException):
    """Each event is sent to all of them."""

    status_code = status.HTTP_403_FORBIDDEN
    default_detail = "The project has as many webhooks as it may have. Delete one first."
    default_code = "WEBHOOK_LIMIT_REACHED"
