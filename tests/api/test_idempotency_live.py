"""Idempotency-Key over real connections: clients that are many, that are cut off, and servers that are killed."""

import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple

import psycopg
import pytest

from tests.api.live import LiveServer, new_sqlite, serve
from tests.client import GENERATIONS
from tests.factories import ApiKeyFactory
from tests.servers.process import HOST

BODY = b'{"prompt": "a cat", "meta": {"order": 7}}'
OTHER_BODY = b'{"prompt": "a dog"}'
PATIENCE_S = 30


class Program(NamedTuple):
    """A client with its key, and where it calls."""

    server: LiveServer
    key: str

    def post(self, idempotency_key, body=BODY):
        return self.server.call(self.key, "POST", body=body, **{"Idempotency-Key": idempotency_key})

    def insist(self, idempotency_key):
        """Send it again as 409 says, until it is answered."""
        deadline = time.monotonic() + PATIENCE_S
        while (answer := self.post(idempotency_key)).status == 409:
            assert time.monotonic() < deadline
            time.sleep(int(answer.headers["Retry-After"]))
        return answer

    def ids(self):
        return [generation["id"] for generation in self.server.call(self.key).json()["data"]]


@pytest.fixture(params=["postgresql", "sqlite"])
def program(request, database_url, redis_url, tmp_path):
    """On each database, served by two processes of four threads."""
    if request.param == "sqlite":
        url, key = new_sqlite(tmp_path)
    else:
        url, key = database_url, ApiKeyFactory(rate_limit_per_hour=1_000).text
    with serve(tmp_path, workers=2, DATABASE_URL=url, REDIS_URL=redis_url, BROKER_URL=redis_url) as server:
        yield Program(server, key)


def test_50_simultaneous_posts_with_one_key_make_one_generation(program):
    with ThreadPoolExecutor(50) as clients:
        answers = list(clients.map(lambda _: program.post("one"), range(50)))
    statuses = Counter(answer.status for answer in answers)
    assert statuses.keys() <= {201, 409}
    assert statuses[201] >= 1
    created = [answer for answer in answers if answer.status == 201]
    assert len({answer.body for answer in created}) == 1
    assert Counter(answer.headers["Idempotency-Replayed"] for answer in created)[None] == 1
    assert all(answer.headers["Retry-After"] == "1" for answer in answers)
    later = program.post("one")
    assert (later.status, later.body, later.headers["Idempotency-Replayed"]) == (201, created[0].body, "true")
    assert program.ids() == [later.json()["data"]["id"]]
    assert program.post("one", OTHER_BODY).json()["error"]["code"] == "IDEMPOTENCY_KEY_REUSED"


HEAD = f"POST {GENERATIONS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


MOMENTS = ["in the middle of the body", "after the body", "after the body, silently", "when the answer begins"]


def test_a_client_that_is_cut_off_sends_it_again_and_gets_the_one_answer(program):
    for number, moment in enumerate(MOMENTS, start=1):
        cut_off(program, moment)
        answer = program.insist(moment)
        assert (answer.status, moment) == (201, moment)
        assert program.insist(moment).body == answer.body
        assert program.ids()[0] == answer.json()["data"]["id"]
        assert len(program.ids()) == number
        if "silently" in moment or "answer" in moment:
            assert answer.headers["Idempotency-Replayed"] == "true"


def cut_off(program, moment):
    """Begin a request whose key is the moment's name, and hang up at that moment."""
    head = f"{HEAD}X-API-Key: {program.key}\r\nIdempotency-Key: {moment}\r\nContent-Length: {len(BODY)}\r\n\r\n"
    with socket.create_connection((HOST, program.server.port), timeout=20) as connection:
        connection.sendall(head.encode() + (BODY[:10] if "middle" in moment else BODY))
        if "answer" in moment:
            assert connection.recv(1) == b"H"
        elif "silently" in moment:
            time.sleep(2)


# ── A server that dies between the reservation and the generation ────────────────────────────────────────────────────


@contextmanager
def inserts_wait(database_url):
    """Let everything happen to a new generation but its INSERT; the yielded function waits until one is stuck there."""
    with psycopg.connect(database_url) as locker, psycopg.connect(database_url, autocommit=True) as observer:
        locker.execute("LOCK TABLE generations_generation IN SHARE MODE")

        def one_waits():
            query = (
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            deadline = time.monotonic() + PATIENCE_S
            while observer.execute(query).fetchone() == (0,):
                assert time.monotonic() < deadline
                time.sleep(0.02)

        yield one_waits


def test_a_process_killed_before_its_insert_blocks_its_key_no_longer_than_its_lock(
    database_url, redis_url, key, tmp_path
):
    addresses = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "BROKER_URL": redis_url}
    lock_s = 6
    for name in ("killed", "survivor"):
        (tmp_path / name).mkdir()
    with serve(tmp_path / "survivor", **addresses, IDEMPOTENCY_LOCK_S=str(lock_s)) as survivor:
        survivors = Program(survivor, key)
        with (
            serve(tmp_path / "killed", **addresses, IDEMPOTENCY_LOCK_S=str(lock_s)) as killed,
            ThreadPoolExecutor() as clients,
        ):
            with inserts_wait(database_url) as one_waits:
                lost = clients.submit(Program(killed, key).post, "k1")
                one_waits()
                reserved_at = time.monotonic()
                killed.kill()
                assert lost.exception() is not None
            assert survivors.post("k1").status == 409
        answer = survivors.insist("k1")
        assert (answer.status, answer.headers["Idempotency-Replayed"]) == (201, None)
        assert time.monotonic() - reserved_at < lock_s + 5
        assert survivors.post("k1").body == answer.body
        assert survivors.ids() == [answer.json()["data"]["id"]]


def test_a_connection_killed_before_the_insert_gives_the_key_back_at_once(server, key, database_url):
    program = Program(server, key)
    with psycopg.connect(database_url, autocommit=True) as administrator, ThreadPoolExecutor() as clients:
        with inserts_wait(database_url) as one_waits:
            lost = clients.submit(program.post, "k1")
            one_waits()
            administrator.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            assert lost.result().status == 503
        assert program.ids() == []
        answer = program.post("k1")
    assert (answer.status, answer.headers["Idempotency-Replayed"]) == (201, None)
