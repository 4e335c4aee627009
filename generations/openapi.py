"""What the OpenAPI document says of each operation; the examples are the contract's."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiRequest,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
    inline_serializer,
)
from rest_framework import serializers

from generations.exceptions import (
    GenerationFailed,
    GenerationFinished,
    GenerationNotFailed,
    GenerationNotFound,
    QueueFull,
)
from generations.serializers import CreateGeneration, GenerationOut, ListQuery
from projects.openapi import IDEMPOTENCY_ERRORS, IDEMPOTENCY_PARAMETERS

TAGS = ["Generations"]

PENDING: dict[str, Any] = {
    "id": "550e8400-e29b-41d4-a716-446655440000",
    "projectId": "57c7f7f4-47de-4d70-9ebd-3807a0b63746",
    "prompt": "A photorealistic establishing shot of a sleek red sports car...",
    "originalPrompt": "a red sports car on a mountain road",
    "autoEnhance": True,
    "aspectRatio": "16:9",
    "status": "pending",
    "queuePosition": 3,
    "estimatedWaitSeconds": 15,
    "outputImageId": None,
    "outputImage": None,
    "processingTimeMs": None,
    "progress": None,
    "retryCount": 0,
    "errorCode": None,
    "errorMessage": None,
    "meta": {},
    "createdAt": "2025-11-28T10:00:00.000Z",
    "updatedAt": "2025-11-28T10:00:00.000Z",
}
IMAGE = {
    "id": "7c4ccf47-41ce-4718-afbc-8c553b2c631a",
    "storageUrl": "http://localhost:9000/banatie/default/project-id/generated/image.png",
    "mimeType": "image/png",
    "width": 1792,
    "height": 1024,
    "fileSize": 1909246,
}
TAKEN = PENDING | {"queuePosition": None, "estimatedWaitSeconds": None}
DONE = TAKEN | {
    "status": "success",
    "outputImageId": IMAGE["id"],
    "outputImage": IMAGE,
    "processingTimeMs": 8500,
    "updatedAt": "2025-11-28T10:00:08.500Z",
}
FAILED = TAKEN | {
    "status": "failed",
    "retryCount": 3,
    "errorCode": "PROVIDER_TIMEOUT",
    "errorMessage": "The image provider did not answer in time.",
    "updatedAt": "2025-11-28T10:01:10.250Z",
}
CANCELED = TAKEN | {
    "status": "failed",
    "errorCode": "CANCELED",
    "errorMessage": "Canceled by the caller.",
    "updatedAt": "2025-11-28T10:00:04.125Z",
}
AGAIN = PENDING | {"retryCount": 3, "updatedAt": "2025-11-28T10:05:00.000Z"}
REQUESTS = {
    "With a template": {
        "prompt": "a red sports car on a mountain road",
        "aspectRatio": "16:9",
        "autoEnhance": True,
        "enhancementOptions": {"template": "photorealistic"},
    },
    "Without enhancement": {"prompt": "a cat sitting on a windowsill", "autoEnhance": False},
    "With metadata": {"prompt": "a cat", "meta": {"campaign": "spring", "tags": ["pets", "cute"]}},
}


def examples(values: dict[str, Any]) -> list[OpenApiExample]:
    return [OpenApiExample(name, value) for name, value in values.items()]


def header(name: str, description: str, *statuses: int, kind: Any = str) -> OpenApiParameter:
    """A header of the answers with these statuses."""
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, description=description, response=list(statuses))


def poll_hint(*statuses: int) -> OpenApiParameter:
    hint = "While pending or processing: seconds to wait before asking again."
    return header("Retry-After", hint, *statuses, kind=OpenApiTypes.INT)


def applied(*statuses: int) -> OpenApiParameter:
    return header("Preference-Applied", "`wait=N`, where it was applied.", *statuses)


ID = OpenApiParameter(
    "id",
    OpenApiTypes.UUID,
    OpenApiParameter.PATH,
    description="The generation's id. Anything else, and another project's, is not found.",
)
LOCATION = header("Location", "Where to poll it.", 202)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag of the last answer: if still true, 304 and free.",
)
PREFER = OpenApiParameter(
    "Prefer",
    str,
    OpenApiParameter.HEADER,
    # Without an example, which Swagger UI would send along unasked.
    description=(
        "`wait=N`, such as `wait=30` (RFC 7240): answer when the generation has ended, or after N seconds, at most 60. "
        "Where too many wait already it is not applied; `Preference-Applied` tells whether it was."
    ),
)

describe = extend_schema_view(
    create=extend_schema(
        operation_id="createGeneration",
        summary="Create a generation",
        description=(
            "The prompt is enhanced at once, unless `autoEnhance` is false; the image is made afterwards. With "
            "`Prefer: wait=N` the answer comes with the image, or with the failure, if that takes no longer."
        ),
        tags=TAGS,
        request=OpenApiRequest(CreateGeneration, examples=examples(REQUESTS)),
        parameters=[
            PREFER,
            *IDEMPOTENCY_PARAMETERS,
            header("Location", "Where to poll it.", 201),
            poll_hint(201),
            applied(201),
        ],
        responses={
            201: OpenApiResponse(
                GenerationOut,
                "It waits for a worker; or, if you waited for it, is done.",
                examples({"Pending": PENDING, "Waited for": DONE}),
            ),
            404: GenerationNotFound,
            500: GenerationFailed(FAILED),
            **IDEMPOTENCY_ERRORS,
            429: QueueFull,
        },
    ),
    list=extend_schema(
        operation_id="listGenerations",
        summary="List generations",
        description="The project's generations, newest first, page by page.",
        tags=TAGS,
        parameters=[ListQuery],
        responses={200: OpenApiResponse(GenerationOut(many=True), "One page.", examples({"One page": DONE}))},
    ),
    retrieve=extend_schema(
        operation_id="getGeneration",
        summary="Get a generation",
        description=(
            "Poll this until `status` is `success` or `failed`; with `If-None-Match` waiting is free. With "
            "`Prefer: wait=N` the answer comes when it has ended, or after N seconds; one that failed is then a 500."
        ),
        tags=TAGS,
        parameters=[
            ID,
            IF_NONE_MATCH,
            PREFER,
            header("ETag", "Names exactly this answer.", 200, 304),
            poll_hint(200, 304),
            applied(200, 304),
        ],
        responses={
            200: OpenApiResponse(
                GenerationOut, "As it is now.", examples({"Success": DONE, "Pending": PENDING, "Failed": FAILED})
            ),
            304: OpenApiResponse(None, "Still as the given ETag says; not counted by the rate limit."),
            404: GenerationNotFound,
            500: GenerationFailed(FAILED),
        },
    ),
    cancel=extend_schema(
        operation_id="cancelGeneration",
        summary="Cancel a generation",
        description=(
            "What waits is never painted; what runs is asked to stop, and an image that still comes is thrown away. "
            "It is `failed` at once, with `CANCELED` as its `errorCode`. A body is not needed, nor read."
        ),
        tags=TAGS,
        request=None,
        parameters=[ID, LOCATION],
        responses={
            202: OpenApiResponse(GenerationOut, "It has ended.", examples({"Canceled": CANCELED})),
            404: GenerationNotFound,
            409: GenerationFinished,
        },
    ),
    retry=extend_schema(
        operation_id="retryGeneration",
        summary="Retry a failed generation",
        description=(
            "The same prompt runs again under the same id, a canceled one too. Its attempts are counted on, so that "
            "`retryCount` grows. A body is not needed, nor read."
        ),
        tags=TAGS,
        request=None,
        parameters=[ID, LOCATION, poll_hint(202)],
        responses={
            202: OpenApiResponse(GenerationOut, "It waits for a worker again.", examples({"Pending": AGAIN})),
            404: GenerationNotFound,
            409: GenerationNotFailed,
            429: QueueFull,
        },
    ),
    destroy=extend_schema(
        operation_id="deleteGeneration",
        summary="Delete a generation",
        description="The generation and its image go for good; an image with a project alias stays.",
        tags=TAGS,
        parameters=[ID],
        responses={
            200: OpenApiResponse(
                inline_serializer("Deleted", {"message": serializers.CharField()}),
                "Gone.",
                examples({"Deleted": {"message": "Generation deleted"}}),
            ),
            404: GenerationNotFound,
        },
    ),
)
