"""How every answer looks: ``{"success": true, "data": …}``, times with three decimals and ``Z``."""

from datetime import UTC, datetime
from typing import Any

import orjson
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from config.api.parsers import INT64

PARTS = {"data", "pagination", "message"}


def dumps(data: Any) -> bytes:
    """Serialise as the API does; UUIDs are orjson's own, times ours."""
    try:
        return orjson.dumps(data, default=_default, option=orjson.OPT_PASSTHROUGH_DATETIME)
    except orjson.JSONEncodeError:
        return orjson.dumps(_with_floats(data), default=_default, option=orjson.OPT_PASSTHROUGH_DATETIME)


def _with_floats(value: Any) -> Any:
    """PostgreSQL's jsonb gives 1e300 back as an integer of 301 digits, and orjson writes none beyond 64 bits."""
    if isinstance(value, dict):
        return {name: _with_floats(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_floats(inner) for inner in value]
    return float(value) if isinstance(value, int) and value not in INT64 else value


def _default(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
    if isinstance(value, dict):  # DRF's ReturnDict and the like
        return dict(value)
    raise TypeError(type(value).__name__)


class EnvelopeRenderer(BaseRenderer):
    """JSON by orjson, in the contract's envelope; an answer that names its parts itself keeps them."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        response = (renderer_context or {}).get("response")
        if response is not None and response.status_code in (204, 304):
            return b""
        if response is not None and response.exception:
            return dumps(data)
        named = isinstance(data, dict) and data.keys() <= PARTS
        return dumps({"success": True} | (data if named else {"data": data}))


class OnlyJSON(BaseContentNegotiation):
    """The API speaks JSON, whatever Accept or ``?format=`` asks for; a client that cannot read it sees so itself."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """By its exact name; DRF's own would take ``*/*`` for JSON."""
        named = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == named), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type
