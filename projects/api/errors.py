"""Any exception becomes ``{"success": false, "error": {…}}``."""

from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, UnreadablePostError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from projects.api.error_pages import NOT_ALLOWED, envelope, request_id
from projects.api.exceptions import InternalError, ServiceUnavailable

log = structlog.get_logger(__name__)

CODES: dict[type[Exception], str] = {
    exceptions.ValidationError: "VALIDATION_ERROR",
    exceptions.ParseError: "VALIDATION_ERROR",
    exceptions.AuthenticationFailed: "UNAUTHORIZED",
    exceptions.NotAuthenticated: "UNAUTHORIZED",
    exceptions.NotFound: "NOT_FOUND",
    exceptions.MethodNotAllowed: "METHOD_NOT_ALLOWED",
    exceptions.UnsupportedMediaType: "UNSUPPORTED_MEDIA_TYPE",
    exceptions.Throttled: "RATE_LIMIT_EXCEEDED",
}


def answer_error(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's EXCEPTION_HANDLER: nothing leaves the API in another form."""
    set_rollback()
    if isinstance(error, Http404 | PermissionDenied):
        error = exceptions.NotFound("Nothing is here.")
    elif isinstance(error, SuspiciousOperation | UnreadablePostError):
        error = exceptions.ParseError("The request could not be read.")
    elif isinstance(error, OperationalError | InterfaceError):
        log.warning("database_unavailable", error=type(error).__name__)
        error = ServiceUnavailable()
    elif not isinstance(error, exceptions.APIException):
        log.error("request_crashed", exc_info=error)
        error = InternalError()
    return Response(
        envelope(error_body(error), request_id(context["request"])), status=error.status_code, headers=_headers(error)
    )


def error_body(error: exceptions.APIException) -> dict[str, Any]:
    code = CODES.get(type(error)) or str(error.get_codes())
    if isinstance(error, exceptions.ValidationError | exceptions.ParseError):
        details = _details(error.detail)
        return {"code": code, "message": _summary(details), "details": details}
    return {"code": code, "message": _message(error), **getattr(error, "more", {})}


def _message(error: exceptions.APIException) -> str:
    match error:
        case exceptions.Throttled():
            return "Too many requests. See Retry-After for when the window ends."
        case exceptions.MethodNotAllowed():
            return NOT_ALLOWED
        case exceptions.UnsupportedMediaType():
            return "Send JSON, with Content-Type: application/json."
        case _:
            return str(error.detail)


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(max(1, int(wait)))
    return headers


def _details(detail: Any) -> dict[str, list[str]]:
    """Flatten DRF's nested errors: ``{"enhancementOptions.template": ["…"]}``."""
    if isinstance(detail, str):
        return {"body": [str(detail)]}
    if not isinstance(detail, dict):
        return {"body": [str(message) for message in detail]}
    details: dict[str, list[str]] = {}
    for field, messages in detail.items():
        name = "body" if field == "non_field_errors" else str(field)
        if isinstance(messages, dict):
            details |= {
                f"{name}.{inner}" if inner != "body" else name: found for inner, found in _details(messages).items()
            }
        else:
            details[name] = [str(message) for message in messages]
    return details


def _summary(details: dict[str, list[str]]) -> str:
    field, messages = next(iter(details.items()))
    return messages[0] if field == "body" else f"{field}: {messages[0]}"
