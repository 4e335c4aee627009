"""Errors where no view is reached: a wrong Host, an unknown path, a crash in a middleware."""

import sys
from typing import Any

import orjson
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

RETRY_AFTER_S = 2
NOT_ALLOWED = "This address does not take that method. See Allow for those it does."


def envelope(error: dict[str, Any], request_id: str) -> dict[str, Any]:
    return {"success": False, "error": error | {"requestId": request_id}}


def request_id(request: Any) -> str:
    return str(request.META.get("HTTP_X_REQUEST_ID", ""))


def answer(request: HttpRequest, status_code: int, code: str, message: str, **more: Any) -> HttpResponse:
    body = orjson.dumps(envelope({"code": code, "message": message} | more, request_id(request)))
    return HttpResponse(body, content_type="application/json", status=status_code)


def bad_host(request: HttpRequest) -> HttpResponse:
    message = "The Host header names no host of this service."
    return answer(request, 400, "VALIDATION_ERROR", message, details={"Host": [message]})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    message = "The request could not be read."
    return answer(request, 400, "VALIDATION_ERROR", message, details={"request": [message]})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    return answer(request, 404, "NOT_FOUND", "Nothing is here.")


def unavailable(request: HttpRequest, message: str) -> HttpResponse:
    """A part is down; nothing was done."""
    response = answer(request, 503, "SERVICE_UNAVAILABLE", message)
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def method_not_allowed(request: HttpRequest, allowed: list[str]) -> HttpResponse:
    response = answer(request, 405, "METHOD_NOT_ALLOWED", NOT_ALLOWED)
    response["Allow"] = ", ".join(allowed)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500, called while the exception is being handled: what is down is no bug."""
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return unavailable(request, "The service is restarting. Try again in a moment.")
    return answer(request, 500, "INTERNAL_ERROR", "Something went wrong on our side. It has been logged.")
