"""How every answer looks: ``{"success": true, "data": …}``, times with three decimals and ``Z``."""

from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from projects.api.serialization import dumps

PARTS = {"data", "pagination", "message", "warnings"}


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
