"""What may go wrong with any request, whatever the endpoint."""

from rest_framework import status
from rest_framework.exceptions import APIException

from projects.api.error_pages import RETRY_AFTER_S


class PayloadTooLarge(APIException):
    """The body is over MAX_BODY_BYTES."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The request body is larger than 1 MiB."
    default_code = "PAYLOAD_TOO_LARGE"


class InternalError(APIException):
    """A bug of ours; nobody learns more than that."""

    default_detail = "Something went wrong on our side. It has been logged."
    default_code = "INTERNAL_ERROR"


class ServiceUnavailable(APIException):
    """The database is down, restarting, or takes no writes; nothing was done."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "The service is restarting. Try again in a moment."
    default_code = "SERVICE_UNAVAILABLE"
    wait = RETRY_AFTER_S
