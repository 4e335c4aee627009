"""Who is let in: nobody with an endless head, and never so many that no thread is left to say that we live."""

import threading
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any

from django.conf import settings

from config.web.refusals import refuse
from config.web.request_body import with_body
from generations.api.stream.response import HEADERS, WITHOUT_PLACE
from projects.api.connection_pool import Application, in_slots

LONGEST_VALUE = 8 * 1024
"""Of a header, a path or a query: what nginx takes. Some parsers' time grows with the square of it."""
TOO_LONG = "A header, the path or the query is longer than 8 KiB."
TOO_MANY = "Too many requests are under way here. Try again in a moment."
ALIVE, READY = "/healthz", "/readyz"


class Held:
    """What an application answers; ``release`` is called when the server has sent it, or has given up."""

    def __init__(self, answer: Iterable[bytes], release: Callable[[], None]) -> None:
        self._answer, self._release = answer, release

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer)

    def close(self) -> None:
        try:
            if close := getattr(self._answer, "close", None):
                close()
        finally:
            self._release()


def admit(application: Application) -> Application:
    """The door of a web process.

    /healthz waits for nobody: it is not counted, and has neither a body nor a slot. /readyz asks in threads of its own
    and needs no slot either.
    """
    places = threading.BoundedSemaphore(settings.THREADS_TO_FILL) if settings.THREADS_TO_FILL else None
    work = with_body(in_slots(application))

    def enter(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if has_endless_head(environ):
            return refuse(start_response, "431 Request Header Fields Too Large", "HEADERS_TOO_LARGE", TOO_LONG)
        path = environ.get("PATH_INFO")
        if path == ALIVE:
            return application(without_body(environ), start_response)
        if places is None:
            return work(environ, start_response)
        if not places.acquire(blocking=False):
            if is_stream(environ):
                start_response("200 OK", list(HEADERS.items()))
                return [WITHOUT_PLACE]
            return refuse(start_response, "503 Service Unavailable", "SERVICE_UNAVAILABLE", TOO_MANY, Retry_After="1")
        try:
            answer = (
                application(without_body(environ), start_response) if path == READY else work(environ, start_response)
            )
        except BaseException:
            places.release()
            raise
        return Held(answer, places.release)

    return enter


def is_stream(environ: dict[str, Any]) -> bool:
    """Whether an EventSource may have asked: it gives up for good on 503."""
    path = environ.get("PATH_INFO", "")
    return environ.get("REQUEST_METHOD") == "GET" and path.startswith("/api/") and path.endswith("/events")


def has_endless_head(environ: dict[str, Any]) -> bool:
    """Whether one of the values that a client chooses is too long. The environment's own variables are not its."""
    return any(
        len(value) > LONGEST_VALUE
        for name, value in environ.items()
        if name.startswith(("HTTP_", "CONTENT_", "PATH_INFO", "QUERY_"))
    )


def without_body(environ: dict[str, Any]) -> dict[str, Any]:
    """A request that nobody reads from, of nobody in particular: with a session, Django would ask the database."""
    return {name: value for name, value in environ.items() if name not in {"CONTENT_LENGTH", "HTTP_COOKIE"}} | {
        "wsgi.input": BytesIO()
    }
