"""What a client may see of its keys."""

from rest_framework import status
from rest_framework.exceptions import APIException


class IdempotencyKeyInUse(APIException):
    """The first request with this key has not been answered yet."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "The first request with this Idempotency-Key is still under way. Try again in a moment."
    default_code = "IDEMPOTENCY_KEY_IN_USE"
    wait = 1


class IdempotencyKeyReused(APIException):
    """The key belongs to a request that asked for something else."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = "This Idempotency-Key was used for another request. Send each new request with a new key."
    default_code = "IDEMPOTENCY_KEY_REUSED"
