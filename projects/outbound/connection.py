"""A connection to one of the addresses that were looked at; each exchange over it ends when its time is over."""

import io
import select
import socket
import ssl
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from typing import Any

CONNECT_TIMEOUT_S = 5.0
PIECE = 16 * 1024


class Deadline:
    """So many seconds from now."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left, or TimeoutError."""
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class Line:
    """What http.client needs of a socket, for one exchange after another.

    Each wait is cut to what is left of the exchange's deadline, however data drips.
    """

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._connection = connection
        self.deadline = deadline
        self.received = 0
        """Bytes, in all exchanges."""
        self.opened_at = time.monotonic()
        self._reads = True
        self._incoming = Incoming(Received(self))

    def sendall(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            self._connection.settimeout(self.deadline.left())
            view = view[self._connection.send(view[:PIECE]) :]

    def receive_into(self, buffer: Any) -> int | None:
        if not self._reads:
            return None
        self._connection.settimeout(self.deadline.left())
        size = self._connection.recv_into(buffer)
        self.received += size
        return size

    def makefile(self, mode: str) -> io.BufferedReader:
        """The same for all answers: what was read ahead of one belongs to the next."""
        return self._incoming

    def is_silent(self) -> bool:
        """Whether nothing has come since the last answer, neither a word nor the end of the connection."""
        poll = select.poll()
        poll.register(self._connection, select.POLLIN)
        if poll.poll(0):
            return False
        self._reads = False
        try:
            return not self._incoming.peek(1)
        finally:
            self._reads = True

    def close(self) -> None:
        """http.client is done with it; the connection belongs to whoever opened it."""

    def hang_up(self) -> None:
        with suppress(OSError):
            self._connection.close()


class Received(io.RawIOBase):
    def __init__(self, line: Line) -> None:
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        return self._line.receive_into(buffer)


class Incoming(io.BufferedReader):
    def close(self) -> None:
        """An answer is over; the next one is read from here, too."""


def connect(addresses: Sequence[str], port: int, deadline: Deadline) -> socket.socket:
    """Connect to the first of these addresses that answers; no name is looked up again, no proxy is asked."""
    error: OSError = OSError()
    for address in addresses:
        try:
            connection = socket.create_connection((address, port), timeout=min(CONNECT_TIMEOUT_S, deadline.left()))
        except OSError as failed:
            error = failed
        else:
            # Head and body are two writes, and the second one must not wait for the first to be acknowledged.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
    raise error


def encrypt(connection: socket.socket, host: str, deadline: Deadline) -> socket.socket:
    """TLS, with a certificate for the host's name."""
    connection.settimeout(deadline.left())
    return tls_context().wrap_socket(connection, server_hostname=host)


@cache
def tls_context() -> ssl.SSLContext:
    return ssl.create_default_context()
