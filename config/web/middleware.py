"""The way of a request: an id for all of them, sessions and the like only for pages."""

import re
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django_structlog.middlewares import RequestMiddleware
from whitenoise.middleware import WhiteNoiseMiddleware

from projects.api.error_pages import bad_host, in_our_form, is_api, misspelt_header, payload_too_large

SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# What a program fetches with its key is nothing for a shared cache.
API_CACHE_CONTROL = "private, no-cache"
# Asked by address, by load balancers and supervisors that know no name of ours; no answer of these has the host in it.
PROBES = {"/healthz", "/readyz", "/metrics"}

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


def is_probe(request: HttpRequest) -> bool:
    return request.path_info in PROBES


class ExactNamesMiddleware:
    """Refuse the spellings with an underscore that can be told from the exact names.

    WSGI has one variable for both, and granian lets the last one win; but it never has these two from the exact name.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "HTTP_CONTENT_LENGTH" in request.META or "HTTP_CONTENT_TYPE" in request.META:
            return misspelt_header(request)
        return self.get_response(request)


class RequestLogMiddleware(RequestMiddleware):
    """One line for each request, without its query: staff search for the words of prompts."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"


class PagesOnly:
    """Mixed into a middleware, lets requests to the API and to the probes pass by it."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        if is_api(request) or is_probe(request):
            return self.get_response(request)
        return super().__call__(request)  # type: ignore[misc]


class PageStaticFilesMiddleware(PagesOnly, WhiteNoiseMiddleware):
    """WhiteNoise: the admin's and the docs' files."""


class PageSessionMiddleware(PagesOnly, SessionMiddleware):
    """Sessions of staff."""


class PageCommonMiddleware(CommonMiddleware):
    """APPEND_SLASH for pages, not for the API; a Host that is not ours is refused for both, and no probe has one."""

    def __call__(self, request: HttpRequest) -> Any:
        if is_probe(request):
            return in_our_form(request, answer_program(request, self.get_response))
        try:
            request.get_host()
        except DisallowedHost:
            return bad_host(request)
        if is_api(request):
            return answer_program(request, self.get_response)
        response: Any = super().__call__(request)
        return in_our_form(request, response)


def answer_program(request: HttpRequest, get_response: Callable[[HttpRequest], Any]) -> HttpResponseBase:
    """What the API needs of the common things: a length, and nothing for a shared cache."""
    response: HttpResponseBase = get_response(request)
    response.headers.setdefault("Cache-Control", API_CACHE_CONTROL)
    if isinstance(response, HttpResponse) and response.status_code != 304:
        response["Content-Length"] = str(len(response.content))
    return response


class PageBodyMiddleware:
    """A body that no page takes is refused by what it announces, before anything parses it: the CSRF check would."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if not is_api(request) and (not announced.isdecimal() or int(announced) > settings.MAX_BODY_BYTES):
            return payload_too_large(request)
        return self.get_response(request)


class PageCsrfMiddleware(PagesOnly, CsrfViewMiddleware):
    """CSRF for the admin, which has the only forms; elsewhere, 404 and 405 say what is wrong."""

    def process_view(self, request: HttpRequest, *args: Any) -> Any:
        return super().process_view(request, *args) if request.path_info.startswith("/admin/") else None


class PageAuthenticationMiddleware(PagesOnly, AuthenticationMiddleware):
    """request.user of staff."""


class PageMessageMiddleware(PagesOnly, MessageMiddleware):
    """The admin's messages."""
