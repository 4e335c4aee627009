"""Django's WSGI handler, which reads one header before it is ready to answer for what goes wrong."""

from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest


class Request(WSGIRequest):
    """A request whose Content-Type may be nonsense."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        """Django, and DRF after it, have no answer to a parameter in an unknown charset (RFC 2231): go without any."""
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]
        except ValueError:
            meta["CONTENT_TYPE"] = meta["CONTENT_TYPE"].partition(";")[0]
            super()._set_content_type_params(meta)  # type: ignore[misc]


class Handler(WSGIHandler):
    request_class = Request
