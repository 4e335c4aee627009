"""An HTTP client for a vendor's SDK that cannot be led elsewhere, flooded or kept waiting.

Imported by the vendors' files when they make their client: httpx2 comes with their SDKs.
"""

import time
from collections.abc import Iterator
from weakref import finalize

import httpx2

from enhancement.enhancers.base import EnhancementError, PromptRefused

MOST_BYTES = 1024 * 1024
ABOUT_THE_PROMPT = {400, 413, 422}
"""The statuses that tell of this one request, not of the server."""


class BoundedBody(httpx2.SyncByteStream):
    """A body that ends with an error when it grows too large or takes too long, however slowly it drips."""

    def __init__(self, body: httpx2.SyncByteStream, seconds: float) -> None:
        self._body, self._seconds = body, seconds

    def __iter__(self) -> Iterator[bytes]:
        until, size = time.monotonic() + self._seconds, 0
        for chunk in self._body:
            size += len(chunk)
            if size > MOST_BYTES:
                raise EnhancementError("answered more than 1 MiB")
            if time.monotonic() > until:
                raise no_answer_within(self._seconds)
            yield chunk

    def close(self) -> None:
        self._body.close()


def connect(owner: object, timeout_s: float) -> httpx2.Client:
    """Return a client that follows no redirect and reads a bounded body, uncompressed so that its size is its size.

    Its connections are closed when its owner is gone.
    """

    def bound(response: httpx2.Response) -> None:
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise EnhancementError("answered in a compression that was not asked for")
        response.stream = BoundedBody(response.stream, timeout_s)  # type: ignore[arg-type]  # this client is sync

    headers = {"Accept-Encoding": "identity"}
    client = httpx2.Client(
        timeout=timeout_s, follow_redirects=False, headers=headers, event_hooks={"response": [bound]}
    )
    finalize(owner, client.close)
    return client


def answered_status(status: int) -> EnhancementError:
    kind = PromptRefused if status in ABOUT_THE_PROMPT else EnhancementError
    return kind(f"answered HTTP {status}")


def no_answer_within(seconds: float) -> EnhancementError:
    return EnhancementError(f"no answer within {seconds:g} s")


def broken_connection(error: BaseException, timeout_s: float) -> EnhancementError:
    """Say what went wrong below the SDK; it hangs somewhere in the chain of causes, where SDKs wrap it."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, EnhancementError):
            return cause
        if isinstance(cause, httpx2.TimeoutException):
            return no_answer_within(timeout_s)
        if isinstance(cause, httpx2.ConnectError | httpx2.UnsupportedProtocol | httpx2.InvalidURL):
            return EnhancementError("not reachable")
        if isinstance(cause, httpx2.TransportError):
            return EnhancementError("the connection broke off")
        cause = cause.__cause__
    return EnhancementError("answered something that is not its protocol")
