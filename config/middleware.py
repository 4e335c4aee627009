"""The way of a request: an id for all of them, sessions and the like only for pages."""

import re
import uuid
from collections.abc import Callable
from typing import Any, Protocol

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from whitenoise.middleware import WhiteNoiseMiddleware

from config.api.plain import bad_host

SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class RequestIdMiddleware:
    """Give every request an id, the caller's own if it is sane, and refuse a Host that is not ours."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = request.META.get("HTTP_X_REQUEST_ID", "")
        if not SANE_REQUEST_ID.fullmatch(request_id):
            request_id = request.META["HTTP_X_REQUEST_ID"] = str(uuid.uuid4())
        response = self.answer(request)
        response["X-Request-Id"] = request_id
        return response

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        try:
            request.get_host()
        except DisallowedHost:
            return bad_host(request)
        return self.get_response(request)


class _Middleware(Protocol):
    get_response: GetResponse

    def __call__(self, request: HttpRequest) -> Any: ...


def is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


class PagesOnly:
    """Mixed into a middleware, lets requests to the API pass by it."""

    def __call__(self: _Middleware, request: HttpRequest) -> Any:
        if is_api(request):
            return self.get_response(request)
        return super().__call__(request)  # type: ignore[misc]


class PageStaticFilesMiddleware(PagesOnly, WhiteNoiseMiddleware):
    """WhiteNoise: the admin's and the docs' files."""


class PageSessionMiddleware(PagesOnly, SessionMiddleware):
    """Sessions of staff."""


class PageCommonMiddleware(PagesOnly, CommonMiddleware):
    """APPEND_SLASH for the admin; the API has no trailing slashes."""


class PageCsrfMiddleware(PagesOnly, CsrfViewMiddleware):
    """CSRF; API requests carry no cookie to forge."""

    def process_view(self, request: HttpRequest, *args: Any) -> HttpResponse | None:
        return None if is_api(request) else super().process_view(request, *args)


class PageAuthenticationMiddleware(PagesOnly, AuthenticationMiddleware):
    """request.user of staff."""


class PageMessageMiddleware(PagesOnly, MessageMiddleware):
    """The admin's messages."""
