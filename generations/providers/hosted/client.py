"""The HTTP client that is handed to a vendor's SDK, for answers that nobody can trust: bounded in size and in time.

Imported only once a vendor's extra is there: httpx2 comes with the SDKs.
"""

import time
from collections.abc import Iterator
from typing import Any

import httpx2

from generations.providers.hosted.refusals import compressed, timed_out, too_large, unreachable

CONNECT_TIMEOUT_S = 10


class BoundedClient(httpx2.Client):
    """Reads ``max_bytes`` and waits ``timeout_s`` at most, whatever the SDK asks for, and follows no redirect.

    What goes wrong on the line is raised as a ProviderError, which the SDKs let through. An answer that trickles in may
    take up to twice the time: it is looked at with each piece, and the wait for a piece is bounded as well.
    """

    def __init__(self, *, max_bytes: int, timeout_s: float, direct: bool = False) -> None:
        # A picture takes seconds, a connection milliseconds; one that was kept may have died meanwhile.
        afresh = httpx2.Limits(max_keepalive_connections=0)
        super().__init__(
            follow_redirects=False,
            limits=afresh,
            # Without the proxies of the environment where it goes directly, but with its certificates.
            trust_env=not direct,
            verify=httpx2.create_ssl_context(),
        )
        self._max_bytes = max_bytes
        self._timeout_s = timeout_s

    def send(self, request: httpx2.Request, *, stream: bool = False, **options: Any) -> httpx2.Response:
        deadline = time.monotonic() + self._timeout_s
        wait = httpx2.Timeout(self._timeout_s, connect=min(self._timeout_s, CONNECT_TIMEOUT_S))
        request.extensions["timeout"] = wait.as_dict()
        # A small compressed answer may be an enormous one.
        request.headers["Accept-Encoding"] = "identity"
        response: httpx2.Response | None = None
        try:
            response = super().send(request, stream=True, **{**options, "follow_redirects": False})
            self._read(response, deadline)
        except httpx2.ReadTimeout:
            # It was asked: it paints on, and wants to be paid.
            raise timed_out() from None
        except httpx2.TransportError:
            error = unreachable()
            error.paid = response is not None and response.is_success
            raise error from None
        return response

    def _read(self, response: httpx2.Response, deadline: float) -> None:
        try:
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise compressed()
            response.stream = _BoundedStream(response.stream, self._max_bytes, deadline)
            response.read()
        finally:
            response.close()


class _BoundedStream(httpx2.SyncByteStream):
    def __init__(self, stream: Any, max_bytes: int, deadline: float) -> None:
        self._stream = stream
        self._max_bytes = max_bytes
        self._deadline = deadline

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for piece in self._stream:
            size += len(piece)
            if size > self._max_bytes:
                raise too_large()
            if time.monotonic() > self._deadline:
                raise timed_out()
            yield piece

    def close(self) -> None:
        self._stream.close()
