"""Errors where no view is reached: a wrong Host, an unknown path, a crash in a middleware."""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse


def envelope(error: dict[str, Any], request_id: str) -> dict[str, Any]:
    return {"success": False, "error": error | {"requestId": request_id}}


def request_id(request: Any) -> str:
    return str(request.META.get("HTTP_X_REQUEST_ID", ""))


def answer(request: HttpRequest, status_code: int, code: str, message: str) -> HttpResponse:
    body = orjson.dumps(envelope({"code": code, "message": message}, request_id(request)))
    return HttpResponse(body, content_type="application/json", status=status_code)


def bad_host(request: HttpRequest) -> HttpResponse:
    return answer(request, 400, "VALIDATION_ERROR", "The Host header names no host of this service.")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    return answer(request, 400, "VALIDATION_ERROR", "The request could not be read.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    return answer(request, 404, "NOT_FOUND", "Nothing is here.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500."""
    return answer(request, 500, "INTERNAL_ERROR", "Something went wrong on our side. It has been logged.")
