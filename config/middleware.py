"""The way of a request: an id for all of them, sessions and the like only for pages."""

import re
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django_structlog.middlewares import RequestMiddleware
from whitenoise.middleware import WhiteNoiseMiddleware

from config.api.parsers import expect_chunks
from config.api.plain import bad_host

SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# What a program fetches with its key is nothing for a shared cache.
API_CACHE_CONTROL = "private, no-cache"

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class RequestIdMiddleware:
    """Give every request an id, the caller's own if it is sane, and say it in the answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = request.META.get("HTTP_X_REQUEST_ID", "")
        if not SANE_REQUEST_ID.fullmatch(request_id):
            request_id = request.META["HTTP_X_REQUEST_ID"] = str(uuid.uuid4())
        response = self.get_response(request)
        response["X-Request-Id"] = request_id
        return response


def is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/") or request.path_info == "/api"


class RequestLogMiddleware(RequestMiddleware):
    """One line for each request, without its query: staff search for the words of prompts."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"


class PagesOnly:
    """Mixed into a middleware, lets requests to the API pass by it."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        if is_api(request):
            return self.get_response(request)
        return super().__call__(request)  # type: ignore[misc]


class PageStaticFilesMiddleware(PagesOnly, WhiteNoiseMiddleware):
    """WhiteNoise: the admin's and the docs' files."""


class PageSessionMiddleware(PagesOnly, SessionMiddleware):
    """Sessions of staff."""


class PageCommonMiddleware(CommonMiddleware):
    """APPEND_SLASH for pages, not for the API; a Host that is not ours is refused for both."""

    def __call__(self, request: HttpRequest) -> Any:
        try:
            request.get_host()
        except DisallowedHost:
            return bad_host(request)
        return answer_program(request, self.get_response) if is_api(request) else super().__call__(request)


def answer_program(request: HttpRequest, get_response: Callable[[HttpRequest], Any]) -> HttpResponseBase:
    """What the API needs of the common things: chunked bodies in; a length, and nothing for a shared cache, out."""
    expect_chunks(request)
    response: HttpResponseBase = get_response(request)
    response.headers.setdefault("Cache-Control", API_CACHE_CONTROL)
    if isinstance(response, HttpResponse) and response.status_code != 304:
        response["Content-Length"] = str(len(response.content))
    return response


class PageCsrfMiddleware(PagesOnly, CsrfViewMiddleware):
    """CSRF; API requests carry no cookie to forge."""

    def process_view(self, request: HttpRequest, *args: Any) -> Any:
        return None if is_api(request) else super().process_view(request, *args)


class PageAuthenticationMiddleware(PagesOnly, AuthenticationMiddleware):
    """request.user of staff."""


class PageMessageMiddleware(PagesOnly, MessageMiddleware):
    """The admin's messages."""
