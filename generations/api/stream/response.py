"""The bytes of one stream, made while the server sends them."""

import time
from collections.abc import Callable, Iterator

from django.conf import settings

from generations.api.stream.events import Show, events_after
from generations.exceptions import GenerationNotFound
from generations.models import Generation
from generations.waiting.long_polling import ENDED, Watch

# No store keeps a stream, and a proxy such as nginx passes each event on as it comes.
HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
# How long an EventSource waits before it connects anew. Neither ends with the empty line that ends an event: some
# clients make an empty event of it.
RETRY = b"retry: 2000\n"
WITHOUT_PLACE = b": too many are waiting, come again\nretry: 15000\n"
COMMENT = b": still here\n"


class EventStream:
    """Iterated by the server in one thread; ``close`` is called in any case, and gives the place back.

    That the client has gone is seen when something is sent, with the next comment at the latest.
    """

    def __init__(
        self,
        watching: Watch,
        generation: Generation,
        seen: str,
        show: Show,
        *,
        has_place: bool,
        release: Callable[[], None],
    ) -> None:
        self._watching, self._generation, self._seen, self._show = watching, generation, seen, show
        self._frames = self._follow() if has_place else self._tell_once()
        self._release = release
        self._comment_at = 0.0
        self._over_at = time.monotonic() + settings.STREAM_MAX_S

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        frame = next(self._frames)
        self._comment_at = time.monotonic() + settings.STREAM_COMMENT_S
        return frame

    def close(self) -> None:
        self._release()

    def _tell_once(self) -> Iterator[bytes]:
        """How it stands, and when to come again: an EventSource gives up for good on 429 and 503."""
        yield WITHOUT_PLACE
        yield from self._news()

    def _news(self) -> Iterator[bytes]:
        for event in events_after(self._seen, self._generation, self._show):
            self._seen = event.id
            yield event.encode()

    def _follow(self) -> Iterator[bytes]:
        yield RETRY
        while True:
            yield from self._news()
            if self._generation.status in ENDED:
                return
            yield from self._comments_until_news()
            try:
                self._generation = self._watching.look(self._generation)
            except GenerationNotFound:
                return  # whoever connects anew is told so
            if self._watching.closed or self._is_over:
                return  # its client connects anew, and goes on where it was

    @property
    def _is_over(self) -> bool:
        """It has held its place for as long as a stream may."""
        return time.monotonic() >= self._over_at

    def _comments_until_news(self) -> Iterator[bytes]:
        while not self._watching.wait(min(self._comment_at, self._over_at) - time.monotonic()):
            if self._watching.closed or self._is_over:
                return
            yield COMMENT
