"""What the OpenAPI document says of every POST that takes an Idempotency-Key."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from projects.exceptions import IdempotencyKeyInUse, IdempotencyKeyReused
from projects.idempotency import HEADER, REPLAYED

# RFC 9651 writes a string with quotes; without them it is the same key.
PATTERN = r"^[!#-~]([ -~]*[!-~])?$"

IDEMPOTENCY_PARAMETERS = [
    OpenApiParameter(
        HEADER,
        {"type": "string", "minLength": 1, "maxLength": 255, "pattern": PATTERN},
        OpenApiParameter.HEADER,
        description=(
            "A new one for each new request, a UUID say. Send the same request again with the same key, and it is "
            "answered as it was the first time, for 24 hours, and nothing is created twice."
        ),
        examples=[OpenApiExample("A UUID", "8e03978e-40d5-43dd-bc93-6894a57f9324")],
    ),
    OpenApiParameter(
        REPLAYED,
        {"type": "string", "const": "true"},
        OpenApiParameter.HEADER,
        description="This is the first answer to this Idempotency-Key again.",
        response=[201],
    ),
]
IDEMPOTENCY_ERRORS: dict[int, Any] = {409: IdempotencyKeyInUse, 422: IdempotencyKeyReused}
