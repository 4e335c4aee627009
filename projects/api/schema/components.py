"""What every operation of the OpenAPI document shares: the envelope's parts and the headers."""

from typing import Any

ERROR_CODES = [
    "VALIDATION_ERROR",
    "UNAUTHORIZED",
    "NOT_FOUND",
    "GENERATION_NOT_FOUND",
    "METHOD_NOT_ALLOWED",
    "IDEMPOTENCY_KEY_IN_USE",
    "IDEMPOTENCY_KEY_REUSED",
    "PAYLOAD_TOO_LARGE",
    "UNSUPPORTED_MEDIA_TYPE",
    "RATE_LIMIT_EXCEEDED",
    "QUEUE_FULL",
    "GENERATION_FAILED",
    "GENERATION_FINISHED",
    "GENERATION_NOT_FAILED",
    "RETRY_LIMIT_REACHED",
    "WEBHOOK_NOT_FOUND",
    "WEBHOOK_DISABLED",
    "WEBHOOK_LIMIT_REACHED",
    "DELIVERY_NOT_FOUND",
    "INTERNAL_ERROR",
    "SERVICE_UNAVAILABLE",
]


def json_object(properties: dict[str, Any], *, optional: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The schema of an object whose properties are all there, but for the optional ones."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


PAGINATION = json_object(
    {
        "limit": {"type": "integer", "minimum": 1, "maximum": 100},
        "offset": {"type": "integer", "minimum": 0},
        "total": {"type": "integer", "minimum": 0, "description": "How many there are on all pages."},
        "hasMore": {"type": "boolean", "description": "Whether there is a page after this one."},
    }
)
WARNINGS = {
    "type": "array",
    "items": {"type": "string"},
    "minItems": 1,
    "description": "What of the request was ignored, a sentence each; left out where there is nothing to say.",
}
DETAILS = {
    "type": "object",
    "description": "With VALIDATION_ERROR: what is wrong with which field.",
    "additionalProperties": {"type": "array", "items": {"type": "string"}, "minItems": 1},
}
GENERATION_ID = {
    "type": ["string", "null"],
    "format": "uuid",
    "description": "With GENERATION_FAILED: which one.",
}
ERROR_CODE = {
    "type": ["string", "null"],
    "description": "With GENERATION_FAILED: its `errorCode`.",
}
ERROR = json_object(
    {
        "success": {"type": "boolean", "description": "False."},
        "error": ref("schemas", "ErrorBody"),
    }
)
# Its code is no enum: a client that was made before one of them came has to be able to read the message.
ERROR_BODY = json_object(
    {
        "code": {
            "type": "string",
            "examples": ERROR_CODES,
            "description": "For programs. Those of today are the examples; more may come.",
        },
        "message": {"type": "string", "description": "For people."},
        "requestId": {"type": "string", "description": "Names the request in our logs, as X-Request-Id does."},
        "details": DETAILS,
        "generationId": GENERATION_ID,
        "errorCode": ERROR_CODE,
    },
    optional=frozenset({"details", "generationId", "errorCode"}),
)


def _header(description: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"description": description, "schema": schema, **more}


COUNT = {"type": "integer", "minimum": 0}
HEADERS = {
    "X-Request-Id": _header(
        "Yours, if you sent one of 8 to 64 letters, digits, dots, dashes and underscores; else ours.",
        {"type": "string", "pattern": "^[A-Za-z0-9._-]{8,64}$"},
        required=True,
    ),
    "X-RateLimit-Limit": _header("Requests an hour that the key may make. On every answer to a valid key.", COUNT),
    "X-RateLimit-Remaining": _header("Requests left in this window. On every answer to a valid key.", COUNT),
    "X-RateLimit-Reset": _header("Seconds until the window ends. On every answer to a valid key.", COUNT),
    "X-API-Key-Expires": _header(
        "When the key ends, after which it is answered 401: only in its last two weeks. Ask for a new key, and change "
        "to it before.",
        {"type": "string", "format": "date-time"},
    ),
    "Retry-After": _header("Seconds to wait before trying again.", {"type": "integer", "minimum": 1}),
    "WWW-Authenticate": _header("The scheme that is needed: `ApiKey`.", {"type": "string"}),
}
COMPONENTS = {
    "schemas": {"Error": ERROR, "ErrorBody": ERROR_BODY, "Pagination": PAGINATION},
    "headers": HEADERS,
}
