"""A connection to one of the addresses that were looked at, which ends when its time is over."""

import io
import socket
import ssl
import time
from collections.abc import Sequence
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
    """What http.client needs of a socket; each wait is cut to what is left of the deadline, however data drips."""

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._connection, self._deadline = connection, deadline

    def sendall(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            self._connection.settimeout(self._deadline.left())
            view = view[self._connection.send(view[:PIECE]) :]

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(Incoming(self._connection, self._deadline))

    def close(self) -> None:
        """The connection belongs to whoever opened it."""


class Incoming(io.RawIOBase):
    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._connection, self._deadline = connection, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(self._deadline.left())
        return self._connection.recv_into(buffer)


def connect(addresses: Sequence[str], port: int, deadline: Deadline) -> socket.socket:
    """Connect to the first of these addresses that answers; no name is looked up again, no proxy is asked."""
    error: OSError = OSError()
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=min(CONNECT_TIMEOUT_S, deadline.left()))
        except OSError as failed:
            error = failed
    raise error


def encrypt(connection: socket.socket, host: str, deadline: Deadline) -> socket.socket:
    """TLS, with a certificate for the host's name."""
    connection.settimeout(deadline.left())
    return tls_context().wrap_socket(connection, server_hostname=host)


@cache
def tls_context() -> ssl.SSLContext:
    return ssl.create_default_context()
