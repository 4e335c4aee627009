"""The OpenAPI document's frame: drf-spectacular's settings."""

from typing import Any

from config.version import VERSION
from projects.api.schema.components import COMPONENTS

THIS_SERVER = "http://127.0.0.1:8000"
"""Where ``make run`` serves; /schema names instead the address at which it was asked for."""

DESCRIPTION = """\
A prompt comes in, an image comes out.

1. **Create** a generation: the answer comes at once, its `status` is `pending`.
2. **Poll** it, with the `ETag` of the last answer as `If-None-Match`: `304 Not Modified` costs nothing of your rate
   limit, and `Retry-After` says how long to wait. Or let the answer wait for it (`Prefer: wait=30`), or follow its
   `events`.
3. At `success`, `outputImage.storageUrl` is where the image is; at `failed`, `errorMessage` says why.

Every answer is JSON: `{"success": true, "data": …}`, lists with `pagination` beside it, or
`{"success": false, "error": {"code", "message", "requestId"}}`, with `details` by field where your input is wrong.
Times are UTC with three decimals. Bodies hold at most 1 MiB of UTF-8 JSON; a name twice in one object, `NaN`, or an
integer beyond 64 bits is refused.

A POST that creates or changes something takes an `Idempotency-Key`: send it again with the same key when its answer was
lost, and it is answered as it was the first time, with `Idempotency-Replayed: true`, whatever has become of it since.

A key may make 100 requests an hour unless its owner agreed on another number; the `X-RateLimit-*` headers tell where it
stands, `429` carries `Retry-After`. In a key's last two weeks every answer to it says by `X-API-Key-Expires` when it
ends.
"""

SETTINGS: dict[str, Any] = {
    "TITLE": "Easel",
    "VERSION": VERSION,
    "DESCRIPTION": DESCRIPTION,
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "TAGS": [
        {"name": "Generations", "description": "A prompt and what becomes of it."},
        {"name": "Webhooks", "description": "Be told what becomes of it, by the Standard Webhooks specification."},
        {"name": "Events", "description": "What is posted to your webhooks."},
    ],
    "WEBHOOKS": [f"generations.api.schema.webhooks.{event}" for event in ("PROCESSING", "SUCCEEDED", "FAILED")],
    "OAS_VERSION": "3.1.0",
    "SERVERS": [{"url": THIS_SERVER}],
    "POSTPROCESSING_HOOKS": [
        "generations.api.schema.webhooks.add_event",
        "projects.api.schema.envelope.postprocess_enums",
        "projects.api.schema.envelope.drop_unused_responses",
    ],
    "COMPONENT_SPLIT_PATCH": False,
    "APPEND_COMPONENTS": COMPONENTS,
    "ENUM_NAME_OVERRIDES": {
        "AspectRatio": "generations.models.AspectRatio",
        "Status": "generations.models.Status",
        "DeliveryStatus": "projects.webhooks.models.Status",
        "DisabledReason": "projects.webhooks.models.DisabledReason",
        "Template": "enhancement.Template",
    },
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SORT_OPERATION_PARAMETERS": False,
}
