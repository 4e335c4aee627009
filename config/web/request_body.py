"""The body first, bounded in size and in time, then the work: who sends slowly holds no slot and no connection.

The server hands a request over as soon as its head is there, and to read the body blocks for as long as the client
likes (https://github.com/emmett-framework/granian/issues/728). So another thread reads, and this one gives up waiting.
"""

import _thread
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from queue import Empty, SimpleQueue
from typing import Any

import structlog
from django.conf import settings

from config.web.refusals import document
from projects.api.connection_pool import Application

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0
"""A body that takes longer gives way to others where there are too many; those that are there take milliseconds."""
FLUSHED_WITHIN_S = 0.1
TOO_SLOW = "The request body did not arrive in time."


class BodyTooSlow(Exception):
    """The client has not sent what it announced."""


class Bodies:
    """The bodies that are being read in this process, the oldest first."""

    def __init__(self) -> None:
        self._under_way: dict[int, None] = {}
        self._lock = threading.Lock()
        self._last = 0

    def read(self, stream: Any, size: int) -> bytes:
        """At most ``size`` bytes, and less where the client ends or hangs up before; or BodyTooSlow."""
        outcome: SimpleQueue[bytes] = SimpleQueue()
        ends_at = time.monotonic() + settings.BODY_TIMEOUT_S
        with self._lock:
            self._last = ticket = self._last + 1
            self._under_way[ticket] = None
        try:
            _thread.start_new_thread(lambda: outcome.put(stream.read(size)), ())
            while True:
                left_s = ends_at - time.monotonic()
                try:
                    return outcome.get(timeout=max(0, min(left_s, LOOK_EVERY_S)))
                except Empty:
                    if left_s <= LOOK_EVERY_S or self._is_one_too_many(ticket):
                        raise BodyTooSlow from None
        finally:
            with self._lock:
                del self._under_way[ticket]

    def _is_one_too_many(self, ticket: int) -> bool:
        """Whether there are more than may be, and this is one of the oldest of them."""
        with self._lock:
            surplus: int = len(self._under_way) - settings.BODIES_AT_ONCE
            return sum(other < ticket for other in self._under_way) < surplus


bodies = Bodies()


class CutOff:
    """An answer that ends the connection, and with it the thread that still reads from it.

    The server would wait for the rest of the body for ever. Only an answer that stays shorter than it was announced
    makes it hang up, so one byte of white space after the JSON never comes.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        yield self._content
        time.sleep(FLUSHED_WITHIN_S)

    def close(self) -> None:
        """The server calls it."""


def with_body(application: Application) -> Application:
    """A WSGI application that is called when the body is there, and can be read without waiting."""

    def read_first(environ: dict[str, Any], start_response: Any) -> Any:
        announced = environ.get("CONTENT_LENGTH") or ""
        is_chunked = not announced and may_have_body(environ)
        size = settings.MAX_BODY_BYTES + 1 if is_chunked else int(announced or 0)
        try:
            # Of one that is announced too large nothing is read: it is refused for what it announces.
            is_read = 0 < size <= settings.MAX_BODY_BYTES + is_chunked
            content = bodies.read(environ["wsgi.input"], size) if is_read else b""
        except BodyTooSlow:
            return cut_off(environ, start_response)
        environ["wsgi.input"] = BytesIO(content)
        if is_chunked:
            environ["CONTENT_LENGTH"] = str(len(content))
        return application(environ, start_response)

    return read_first


def may_have_body(environ: dict[str, Any]) -> bool:
    """Whether a body may come whose length is not announced: in chunks, or in HTTP/2, where that is not said."""
    return "HTTP_TRANSFER_ENCODING" in environ or environ.get("SERVER_PROTOCOL") == "HTTP/2"


def cut_off(environ: dict[str, Any], start_response: Any) -> CutOff:
    log.info("request_body_too_slow", path=environ.get("PATH_INFO"))
    content = document("REQUEST_TIMEOUT", TOO_SLOW)
    start_response(
        "408 Request Timeout",
        [("Content-Type", "application/json"), ("Content-Length", str(len(content) + 1)), ("Connection", "close")],
    )
    return CutOff(content)
