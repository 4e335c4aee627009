"""Errors where no view is reached: a wrong Host, an unknown path, a crash in a middleware.

Programs get the API's JSON, and browsers a page, except from the API, which speaks JSON to everybody.
"""

import sys
from http import HTTPStatus
from typing import Any

import orjson
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

RETRY_AFTER_S = 2
MISSPELT = "Content-Length and Content-Type are spelt with a hyphen."
NOT_ALLOWED = "This address does not take that method. See Allow for those it does."


def envelope(error: dict[str, Any], request_id: str) -> dict[str, Any]:
    return {"success": False, "error": error | {"requestId": request_id}}


def request_id(request: Any) -> str:
    return str(request.META.get("HTTP_X_REQUEST_ID", ""))


def is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/") or request.path_info == "/api"


def wants_page(request: HttpRequest) -> bool:
    """A browser names HTML. Whoever names JSON, or takes anything, is a program.

    Django's own reading of Accept crashes on some, and takes seconds for others.
    """
    accepted = request.META.get("HTTP_ACCEPT", "").lower()
    return "text/html" in accepted and "application/json" not in accepted and not is_api(request)


def answer(request: HttpRequest, status_code: int, code: str, message: str, **more: Any) -> HttpResponse:
    """An error of this status: JSON in the API's envelope, or a page with the same words."""
    if wants_page(request):
        return page(request, status_code, "error.html", message=message)
    body = orjson.dumps(envelope({"code": code, "message": message} | more, request_id(request)))
    response = HttpResponse(body, content_type="application/json", status=status_code)
    response["Content-Length"] = str(len(body))
    if not is_api(request):
        patch_vary_headers(response, ["Accept"])
    return response


def page(request: HttpRequest, status_code: int, template: str, **context: Any) -> HttpResponse:
    """An error for a browser. It asks for no session and no user, so that it is shown when the database is down."""
    given = {"title": HTTPStatus(status_code).phrase, "request_id": request_id(request)} | context
    response = HttpResponse(render_to_string(template, given), status=status_code)
    response["Content-Length"] = str(len(response.content))
    patch_vary_headers(response, ["Accept"])
    return response


def in_our_form(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Put what Django answers without a word, and every 405, into the form of all errors."""
    if not isinstance(response, HttpResponse) or response.status_code < 400:
        return response
    if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        ours = answer(request, 405, "METHOD_NOT_ALLOWED", NOT_ALLOWED)
    elif not response.content:
        status = HTTPStatus(response.status_code)
        ours = answer(request, status, status.name, f"{status.phrase}.")
    else:
        return response
    for name, value in response.items():
        ours.headers.setdefault(name, value)
    return ours


def bad_host(request: HttpRequest) -> HttpResponse:
    message = "The Host header names no host of this service."
    return answer(request, 400, "VALIDATION_ERROR", message, details={"Host": [message]})


def misspelt_header(request: HttpRequest) -> HttpResponse:
    return answer(request, 400, "VALIDATION_ERROR", MISSPELT, details={"headers": [MISSPELT]})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    message = "The request could not be read."
    return answer(request, 400, "VALIDATION_ERROR", message, details={"request": [message]})


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return answer(request, 403, "FORBIDDEN", "You may not do this.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    return answer(request, 404, "NOT_FOUND", "Nothing is here.")


def unavailable(request: HttpRequest, message: str) -> HttpResponse:
    """A part is down; nothing was done."""
    response = answer(request, 503, "SERVICE_UNAVAILABLE", message)
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def payload_too_large(request: HttpRequest) -> HttpResponse:
    return answer(request, 413, "PAYLOAD_TOO_LARGE", "The request body is larger than 1 MiB.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500, called while the exception is being handled: what is down is no bug."""
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return unavailable(request, "The service is restarting. Try again in a moment.")
    return answer(request, 500, "INTERNAL_ERROR", "Something went wrong on our side. It has been logged.")
