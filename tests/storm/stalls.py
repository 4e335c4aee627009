"""Clients that stall in the middle of a request's body, and how they are ended."""

import select
import socket
import time

from tests.servers.process import HOST

AT_ONCE = 12
"""More than a web process of the storm may have under way, eight, and three times as many as work at once."""
HALF = b'{"prompt": "a'
STARTS = (
    b"POST /api/v1/generations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: 100\r\n\r\n" + HALF,
    b"POST /api/v1/generations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(HALF) + HALF,
    b"POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nusername=",
)
ENDED_WITHIN_S = 30
"""Far above BODY_TIMEOUT_S, for a web process that has just been killed starts meanwhile."""


def stall(port: int) -> bool:
    """Stall, many at once; True if the server has ended all of them, False where it does not listen or keeps some."""
    clients: list[socket.socket] = []
    try:
        for number in range(AT_ONCE):
            clients.append(socket.create_connection((HOST, port), timeout=5))
            clients[-1].sendall(STARTS[number % len(STARTS)])
        return are_ended(clients)
    except OSError:
        return False
    finally:
        for client in clients:
            client.close()


def are_ended(clients: list[socket.socket]) -> bool:
    waiting, deadline = set(clients), time.monotonic() + ENDED_WITHIN_S
    while waiting and time.monotonic() < deadline:
        for client in select.select(waiting, [], [], 1)[0]:
            if not hears_more(client):
                waiting.discard(client)
    return not waiting


def hears_more(client: socket.socket) -> bool:
    """A process that was killed resets its connections."""
    try:
        return bool(client.recv(65536))
    except ConnectionError:
        return False
