"""How every answer looks: ``{"success": true, "data": …}``, times with three decimals and ``Z``."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

PARTS = {"data", "pagination", "message"}


def dumps(data: Any) -> bytes:
    """Serialise as the API does; UUIDs are orjson's own, times ours."""
    try:
        return orjson.dumps(data, default=_default, option=orjson.OPT_PASSTHROUGH_DATETIME)
    except orjson.JSONEncodeError:
        # A float such as 1e300 comes back from PostgreSQL's jsonb as an integer, beyond the 64 bits that orjson writes.
        return json.dumps(data, default=_default, ensure_ascii=False, separators=(",", ":")).encode()


def _default(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
    if isinstance(value, dict):  # DRF's ReturnDict and the like
        return dict(value)
    if isinstance(value, UUID):
        return str(value)
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
        from rest_framework.negotiation import DefaultContentNegotiation

        return DefaultContentNegotiation().select_parser(request, parsers)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type
