"""What the OpenAPI document says of the stream."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view

from generations.api.schema.examples import DONE
from generations.api.schema.operations import ID, TAGS
from generations.api.stream.events import Event
from generations.exceptions import GenerationNotFound

EVENT_STREAM = "text/event-stream"
STARTED = {
    "id": DONE["id"],
    "status": "processing",
    **{key: DONE[key] for key in ("retryCount", "errorCode", "errorMessage", "retryAt")},
    "updatedAt": DONE["createdAt"],
}
EXAMPLE = "retry: 2000\n" + "".join(
    event.encode().decode()
    for event in (
        Event("status", "1764324000000000.0", STARTED),
        Event("progress", "1764324000000000.420", {"progress": 0.42}),
        Event("done", "1764324008500000.done", DONE),
    )
)
# What generators of clients take an object for is one JSON document.
EVENTS = {"type": "string", "description": "Events as they come, each with `event`, `id` and `data`, which is JSON."}
LAST_EVENT_ID = OpenApiParameter(
    "Last-Event-ID",
    str,
    OpenApiParameter.HEADER,
    description="The id of the last event that you have: only what is newer is sent. An EventSource does it itself.",
)

describe = extend_schema_view(
    get=extend_schema(
        operation_id="followGeneration",
        summary="Follow a generation",
        description=(
            "Server-sent events: `status` with `id`, `status`, `retryCount`, `updatedAt` and, while its provider is "
            "down, `errorCode`, `errorMessage` and `retryAt`; `progress` where the provider tells, with the share that "
            "is painted; and `done`, with the whole generation as GET gives it, whether it succeeded or failed. After "
            "`done` the stream closes, and before it after ten minutes: connect again and go on. While there is "
            "nothing to tell, a comment comes every 15 seconds. It is counted once by the rate limit, when it is "
            "opened. Where too many wait already, it tells how the generation stands and closes; its `retry` says when "
            "an EventSource comes again."
        ),
        tags=TAGS,
        parameters=[ID, LAST_EVENT_ID],
        responses={
            (200, EVENT_STREAM): OpenApiResponse(
                EVENTS, "The events.", [OpenApiExample("A whole life", EXAMPLE, media_type=EVENT_STREAM)]
            ),
            204: OpenApiResponse(None, "It has ended, and you have its last event: an EventSource stops here."),
            404: GenerationNotFound,
        },
    )
)
