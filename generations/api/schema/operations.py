"""What the OpenAPI document says of each operation."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiRequest,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)

from generations.api.schema.examples import AGAIN, CANCELED, DONE, FAILED, PENDING, REQUESTS
from generations.exceptions import (
    GenerationFailed,
    GenerationFinished,
    GenerationNotFailed,
    GenerationNotFound,
    QueueFull,
    RetryLimitReached,
)
from generations.serializers.input import CreateGeneration, ListQuery
from generations.serializers.output import GenerationOut
from projects.api.schema.operations import (
    IDEMPOTENCY_ERRORS,
    IDEMPOTENCY_PARAMETERS,
    deleted,
    examples,
    header,
    idempotency_errors,
    idempotency_parameters,
    path_id,
)

TAGS = ["Generations"]


def poll_hint(*statuses: int) -> OpenApiParameter:
    hint = "While pending or processing: seconds to wait before asking again."
    return header("Retry-After", hint, *statuses, kind=OpenApiTypes.INT)


def applied(*statuses: int) -> OpenApiParameter:
    return header("Preference-Applied", "`wait=N`, where it was applied.", *statuses)


ID = path_id("id", "generation")
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
            "`Prefer: wait=N` the answer comes with the image, or with the failure, if that takes no longer. Unknown "
            "fields are ignored, and `warnings` names them; null is as good as leaving a field out."
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
            "It is `failed` at once, with `CANCELED` as its `errorCode`. The request body is ignored."
        ),
        tags=TAGS,
        request=None,
        parameters=[ID, *idempotency_parameters(202), LOCATION],
        responses={
            202: OpenApiResponse(GenerationOut, "It has ended.", examples({"Canceled": CANCELED})),
            404: GenerationNotFound,
            **idempotency_errors(GenerationFinished),
        },
    ),
    retry=extend_schema(
        operation_id="retryGeneration",
        summary="Retry a failed generation",
        description=(
            "The same prompt runs again under the same id, a canceled one too. Its attempts are counted on, so that "
            "`retryCount` grows; after 1,000 it is 409 `RETRY_LIMIT_REACHED`. The request body is ignored."
        ),
        tags=TAGS,
        request=None,
        parameters=[ID, *idempotency_parameters(202), LOCATION, poll_hint(202)],
        responses={
            202: OpenApiResponse(GenerationOut, "It waits for a worker again.", examples({"Pending": AGAIN})),
            404: GenerationNotFound,
            **idempotency_errors(GenerationNotFailed, RetryLimitReached),
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
            200: deleted("Generation deleted"),
            404: GenerationNotFound,
        },
    ),
)
