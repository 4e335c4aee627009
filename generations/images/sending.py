"""The bytes of one picture, read while the server sends them."""

import time
from collections.abc import Callable, Iterator
from typing import Protocol

import structlog
from botocore.exceptions import BotoCoreError, ClientError

log = structlog.get_logger(__name__)

STORAGE_ERRORS = (OSError, BotoCoreError, ClientError)
CHUNK_BYTES = 256 * 1024
# Whoever reads more slowly than this is cut off: it holds a thread.
PATIENCE_S = 30
SLOWEST_BYTES_A_SECOND = 16 * 1024


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Sending:
    """Iterated by the server in one thread; ``close`` is called in any case, and gives file and place back.

    Where the storage breaks off there is nothing left to say but less than was announced, which the client notices.
    """

    def __init__(self, file: Readable, length: int, release: Callable[[], None]) -> None:
        self._file, self._left, self._release = file, length, release
        self._over_at = time.monotonic() + PATIENCE_S + length / SLOWEST_BYTES_A_SECOND

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        chunk = self._read() if self._left and time.monotonic() < self._over_at else b""
        if not chunk:
            if self._left:
                log.info("picture_not_sent", bytes_left=self._left)
            raise StopIteration
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        self._release()

    def _read(self) -> bytes:
        try:
            return self._file.read(min(CHUNK_BYTES, self._left))
        except STORAGE_ERRORS as error:
            log.warning("storage_broke_off", error=type(error).__name__)
            return b""
