"""Django's WSGI handler, which reads one header before it is ready to answer for what goes wrong."""

from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest


class Request(WSGIRequest):
    """A request whose Content-Type may be nonsense."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        """Django has no answer to a parameter in an unknown charset (RFC 2231); here it has no parameters."""
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]
        except ValueError:
            self.content_type, self.content_params = meta["CONTENT_TYPE"].partition(";")[0].strip().lower(), {}


class Handler(WSGIHandler):
    request_class = Request
