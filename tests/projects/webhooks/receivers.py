"""Receivers on loopback that behave as badly as receivers do, by speaking bytes and not HTTP."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.message import Message as Headers

from tests.servers.listener import Listener

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Posted:
    """A request that came in: when, what for, and with which headers and body."""

    def __init__(self, head: bytes, body: bytes) -> None:
        line, _, headers = head.partition(b"\r\n")
        self.at = time.monotonic()
        self.line = line.decode()
        self.headers: Headers = message_from_bytes(headers)
        self.body = body.decode()

    @property
    def id(self) -> str:
        return str(self.headers["webhook-id"])


class Receiver(Listener):
    """Reads each request whole, keeps it, and lets ``answer`` do what it likes with the connection.

    It hangs up then, or after ``requests`` of them.
    """

    def __init__(
        self, answer: Callable[[socket.socket], None], tls: ssl.SSLContext | None = None, requests: int = 1
    ) -> None:
        self.answer = answer
        self.requests = requests
        self.posted: list[Posted] = []
        self.connections = 0
        self.most_at_once = 0
        self._open = 0
        self._lock = threading.Lock()
        self._tls = tls
        super().__init__()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    def serve(self, client: socket.socket) -> None:
        with self._lock:
            self.connections += 1
            self._open += 1
            self.most_at_once = max(self.most_at_once, self._open)
        # The other side hangs up when it has had enough.
        with suppress(OSError), client, self._stream(client) as stream:
            for _ in range(self.requests):
                self.posted.append(read(stream))
                self.answer(stream)
        with self._lock:
            self._open -= 1

    def _stream(self, connection: socket.socket) -> socket.socket:
        return self._tls.wrap_socket(connection, server_side=True) if self._tls else connection


def read(connection: socket.socket) -> Posted:
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536) or fail()
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(message_from_bytes(head.partition(b"\r\n")[2])["Content-Length"])
    while len(body) < length:
        body += connection.recv(65536) or fail()
    return Posted(head, body)


def fail() -> bytes:
    raise ConnectionError


@contextmanager
def receiver(
    answer: Callable[[socket.socket], None] | bytes = OK, tls: ssl.SSLContext | None = None, requests: int = 1
) -> Iterator[Receiver]:
    """A receiver that says these bytes, or does that."""
    with Receiver(say(answer) if isinstance(answer, bytes) else answer, tls, requests) as running:
        yield running


def say(data: bytes, *, after_s: float = 0) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        time.sleep(after_s)
        connection.sendall(data)

    return answer


def status(code: int, *headers: str, body: str = "") -> bytes:
    lines = [f"HTTP/1.1 {code} X", f"Content-Length: {len(body.encode())}", *headers, "", body]
    return "\r\n".join(lines).encode()


def drip(data: bytes, *, pause_s: float = 0.05) -> Callable[[socket.socket], None]:
    """One byte at a time, each within any time-out of its own."""

    def answer(connection: socket.socket) -> None:
        for byte in data:
            connection.sendall(bytes([byte]))
            time.sleep(pause_s)

    return answer


def endless(head: bytes = b"HTTP/1.1 200 OK\r\n\r\n") -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(b"x" * 65536)

    return answer


def reset(data: bytes = b"") -> Callable[[socket.socket], None]:
    """Break off after these bytes, as a crash does."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(data)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    return answer
