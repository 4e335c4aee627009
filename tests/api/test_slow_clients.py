"""Clients that stall in the middle of a request hold up nobody else, and are ended."""

import select
import socket
import time
from contextlib import ExitStack, contextmanager

import pytest

from generations.models import Generation
from tests.api.live import serve
from tests.client import GENERATIONS
from tests.factories import ApiKeyFactory
from tests.servers.process import HOST

BODY = b'{"prompt": "a cat", "autoEnhance": false}'
BODY_TIMEOUT_S = 6
OVER_S = 30
"""Far above what is waited for."""


@pytest.fixture
def key(transactional_db):
    return ApiKeyFactory(rate_limit_per_hour=1_000_000).text


@pytest.fixture
def server(database_url, redis_url, tmp_path):
    addresses = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "BROKER_URL": redis_url}
    with serve(tmp_path, BODY_TIMEOUT_S=str(BODY_TIMEOUT_S), **addresses) as server:
        yield server


def head(key, *headers, path=GENERATIONS):
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        f"X-API-Key: {key}",
        "Content-Type: application/json",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode()


@contextmanager
def stalled(server, key, count):
    """So many clients who have sent half of their bodies: every other one in chunks, some to a page of the admin."""
    starts = [
        head(key, f"Content-Length: {len(BODY)}") + BODY[:7],
        head(key, "Transfer-Encoding: chunked") + b"7\r\n" + BODY[:7],
        head("", "Content-Length: 100", path="/admin/login/"),
    ]
    with ExitStack() as open_ones:
        clients = [open_ones.enter_context(socket.create_connection((HOST, server.port))) for _ in range(count)]
        for number, client in enumerate(clients):
            client.sendall(starts[number % 3])
        yield clients


def are_waiting(clients):
    """None of them has been told anything."""
    return select.select(clients, [], [], 0)[0] == []


def ends(clients):
    """What each is told before the server hangs up; all of them have to be."""
    told, over_at = dict.fromkeys(clients, b""), time.monotonic() + OVER_S
    open_ones = set(clients)
    while open_ones:
        ready, _, _ = select.select(open_ones, [], [], max(0, over_at - time.monotonic()))
        assert ready, f"{len(open_ones)} are still connected"
        for client in ready:
            part = client.recv(65536)
            told[client] += part
            if not part:
                open_ones.discard(client)
    return list(told.values())


def test_stalled_bodies_hold_up_nobody_and_are_ended_and_a_slow_one_is_taken(server, key):
    with (
        stalled(server, key, 16) as clients,
        socket.create_connection((HOST, server.port), timeout=OVER_S) as slow,
    ):
        slow.sendall(head(key, f"Content-Length: {len(BODY)}", "Connection: close"))
        assert server.call(key, "POST", body=BODY).status == 201
        assert server.call(key).status == 200
        assert server.call("", path="/healthz").status == 200
        assert server.call("", path="/readyz").status == 200
        assert are_waiting(clients)
        for position in range(0, len(BODY), 7):
            slow.sendall(BODY[position : position + 7])
            time.sleep(0.3)
        assert slow.recv(65536).startswith(b"HTTP/1.1 201 ")
        for answer in ends(clients):
            assert answer.startswith(b"HTTP/1.1 408 ")
            assert b'"code":"REQUEST_TIMEOUT"' in answer
    assert Generation.objects.count() == 2


def test_of_more_than_there_are_threads_the_oldest_give_way(server, key):
    with stalled(server, key, 300) as clients:
        assert server.call("", path="/healthz").status == 200
        assert len(select.select(clients, [], [], 0)[0]) < len(clients) / 2
        while (answer := server.call(key)).status == 503:
            assert answer.headers["Retry-After"] == "1"
            time.sleep(0.1)
        assert answer.status == 200
        assert server.call(key, "POST", body=BODY).status == 201
        assert len(select.select(clients, [], [], 0)[0]) < len(clients)
        answers = ends(clients)
    statuses = [answer[9:12] for answer in answers]
    assert set(statuses) <= {b"408", b"503"}
    assert statuses.count(b"408") > 100


def test_what_need_not_be_read_is_not_waited_for(server, key):
    """Each of these is answered although its body never comes, or at the sight of its head."""
    assert server.send(head("", "Content-Length: 100", path="/healthz")).startswith(b"HTTP/1.1 4")
    assert server.send(head("", "Content-Length: 9999999", path="/admin/login/")).startswith(b"HTTP/1.1 413 ")
    for line in (f"GET {GENERATIONS}?a={'a' * 9000}", f"GET /{'a' * 9000}"):
        asked = f"{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        assert server.send(asked.encode()).startswith(b"HTTP/1.1 431 ")
    for header in ("Prefer", "Content-Type", "X-Anything"):
        assert server.call(key, **{header: ";" * 9000}).status == 431
    assert server.call(key, **{"X-Anything": ";" * 8000}).status == 200
