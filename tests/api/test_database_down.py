"""The database is away, or goes away in the middle: 503 that says when to come back, and then all is well again."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest

from projects.keys import new_key
from tests.api.live import serve
from tests.client import GENERATIONS
from tests.factories import ApiKeyFactory
from tests.servers.failover import read_only_moment
from tests.servers.process import HOST, free_port

ONE = f"{GENERATIONS}/550e8400-e29b-41d4-a716-446655440000"
BODY = b'{"prompt": "a cat"}'
ALL = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
WAITING = f"{ALL} AND wait_event_type = 'Lock'"


def assert_unavailable(answer):
    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    assert answer.json() == {
        "success": False,
        "error": {
            "code": "SERVICE_UNAVAILABLE",
            "message": "The service is restarting. Try again in a moment.",
            "requestId": answer.headers["X-Request-Id"],
        },
    }


class Administrator:
    """Looks at the database's connections from outside and ends them, but for its own and the test's."""

    def __init__(self, url):
        self.connection = psycopg.connect(url, autocommit=True)
        self.spared = self.pids(ALL)

    def pids(self, which):
        return {pid for (pid,) in self.connection.execute(which)}

    def kill(self, which):
        """End these connections, at least one, as soon as there is one; return how many they were."""
        deadline = time.monotonic() + 20
        while not (pids := self.pids(which) - self.spared):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        for pid in pids:
            self.connection.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        return len(pids)

    @contextmanager
    def lock(self, table):
        with self.connection.transaction():
            self.connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield


@pytest.fixture
def administrator(database_url):
    administrator = Administrator(database_url)
    yield administrator
    administrator.connection.close()


@pytest.fixture
def locker(database_url):
    locker = Administrator(database_url)
    yield locker
    locker.connection.close()


def test_connections_that_were_killed_between_two_requests_are_not_even_noticed(server, key, administrator):
    for _ in range(3):
        assert server.call(key).status == 200
        assert administrator.kill(ALL) >= 1
    assert server.call(key).status == 200


@pytest.mark.parametrize(("method", "path"), [("GET", GENERATIONS), ("GET", ONE), ("DELETE", ONE)])
def test_a_connection_that_is_killed_in_the_middle_of_a_request(server, key, administrator, locker, method, path):
    with ThreadPoolExecutor() as programs:
        with locker.lock("generations_generation"):
            answer = programs.submit(server.call, key, method, path)
            assert administrator.kill(WAITING) == 1
        assert_unavailable(answer.result())
    assert answer.result().headers["X-RateLimit-Remaining"] == "99"
    assert server.call(key, method, path).status == (200 if path == GENERATIONS else 404)


def test_a_create_whose_connection_is_killed_keeps_nothing(server, key, administrator, locker):
    with ThreadPoolExecutor() as programs:
        with locker.lock("generations_generation"):
            answer = programs.submit(server.call, key, "POST", body=BODY)
            assert administrator.kill(WAITING) == 1
        assert_unavailable(answer.result())
    assert server.call(key).json()["pagination"]["total"] == 0
    assert server.call(key, "POST", body=BODY).status == 201
    assert server.call(key).json()["pagination"]["total"] == 1


def readiness(server):
    answer = server.call("", path="/readyz")
    return answer.status, answer.json()["parts"]["database"]


def test_a_moment_without_writes_is_over_with_the_next_request(server, key, administrator):
    unused = ApiKeyFactory().text
    created = server.call(key, "POST", body=BODY).json()["data"]["id"]
    with read_only_moment(administrator.connection, spare=administrator.spared):
        for _ in range(6):  # more than there are slots, each with its connection
            assert_unavailable(server.call(key, "POST", body=BODY))
        assert_unavailable(server.call(key, "POST", body=BODY, **{"Idempotency-Key": "mine"}))
        assert_unavailable(server.call(key, "POST", f"{GENERATIONS}/{created}/cancel"))
        assert_unavailable(server.call(key, "DELETE", f"{GENERATIONS}/{created}"))
        assert server.call(key).json()["pagination"]["total"] == 1
        # That a key was used is noted once a minute, and where that cannot be, it is not.
        assert server.call(unused).status == 200
        assert readiness(server) == (503, "read-only")
        assert b'easel_up{part="database"} 0.0' in server.call("", path="/metrics").body
    for number in range(2, 8):
        assert server.call(key, "POST", body=BODY, **{"Idempotency-Key": f"mine{number}"}).status == 201
    assert server.call(key, "POST", body=BODY, **{"Idempotency-Key": "mine"}).status == 201
    assert server.call(key).json()["pagination"]["total"] == 8
    assert readiness(server) == (200, "up")
    assert not [line for line in server.log_lines() if line["event"] == "request_crashed" or line.get("code") == 500]


def test_a_database_that_refuses_connections(redis_url, tmp_path):
    nowhere = f"postgres://easel@{HOST}:{free_port()}/easel"
    key = new_key().reveal()
    with serve(tmp_path, DATABASE_URL=nowhere, REDIS_URL=redis_url, BROKER_URL=redis_url) as server:
        assert_unavailable(server.call(key, "POST", body=BODY))
        assert_unavailable(server.call(key, "GET", GENERATIONS))
        assert_unavailable(server.call(key, "GET", ONE))
        assert_unavailable(server.call(key, "DELETE", ONE))
        assert_unavailable(server.call(key, "GET", "/api/nowhere"))
        assert server.call("esl_nonsense").status == 401
        assert server.call("", path="/docs").status == 200
        assert_unavailable(server.call("", path="/admin/", Cookie="sessionid=somebodys"))
