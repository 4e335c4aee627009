"""The words in which operations are told in the OpenAPI document, and what it says of every Idempotency-Key."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.exceptions import APIException

from projects.api.idempotency.answering import HEADER, REPLAYED
from projects.api.idempotency.exceptions import IdempotencyKeyInUse, IdempotencyKeyReused


def examples(values: dict[str, Any]) -> list[OpenApiExample]:
    return [OpenApiExample(name, value) for name, value in values.items()]


def path_id(name: str, of: str) -> OpenApiParameter:
    return OpenApiParameter(
        name,
        OpenApiTypes.UUID,
        OpenApiParameter.PATH,
        description=f"The {of}'s id. Anything else, and another project's, is not found.",
    )


def header(name: str, description: str, *statuses: int, kind: Any = str) -> OpenApiParameter:
    """A header of the answers with these statuses."""
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, description=description, response=list(statuses))


class Deleted(serializers.Serializer[Any]):
    """It is gone."""

    success = serializers.BooleanField(help_text="True.")
    message = serializers.CharField()


def deleted(message: str) -> OpenApiResponse:
    return OpenApiResponse(Deleted, "Gone.", examples({"Deleted": {"message": message}}))


# RFC 9651 writes a string with quotes; without them it is the same key, and a quote alone is a part of it.
QUOTED = r'"[ -~]{1,255}"'
BARE = r'[!#-~]([ -~]{0,253}[!-~])?|"([ -~]{0,253}[!#-~])?'


def idempotency_parameters(status: int) -> list[OpenApiParameter]:
    """Of an operation that is answered with this status."""
    return [
        # Without an example: Swagger UI would send it along unasked, the same one with each request.
        OpenApiParameter(
            HEADER,
            {"type": "string", "pattern": f"^({QUOTED}|{BARE})$"},
            OpenApiParameter.HEADER,
            description=(
                "A new one for each new request: 1 to 255 printable ASCII characters, a UUID say. Send the same "
                "request again with the same key, and it is answered as it was the first time, for 24 hours, and "
                "nothing is done twice."
            ),
        ),
        OpenApiParameter(
            REPLAYED,
            {"type": "string"},
            OpenApiParameter.HEADER,
            description="`true`: this is the first answer to this Idempotency-Key again.",
            response=[status],
        ),
    ]


def idempotency_errors(*others: type[APIException]) -> dict[int, Any]:
    """With what else of the operation is a 409."""
    return {409: (IdempotencyKeyInUse, *others) if others else IdempotencyKeyInUse, 422: IdempotencyKeyReused}


IDEMPOTENCY_PARAMETERS = idempotency_parameters(201)
IDEMPOTENCY_ERRORS = idempotency_errors()
