"""``Prefer: wait=N`` and the stream of events, over real connections; what happens to a row is done from outside."""

import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from generations import notifications, services
from generations.models import Claim, Generation
from generations.notifications.listener import NAME as LISTENERS
from generations.queue import circuit_breaker
from generations.worker import claiming, runner
from generations.worker.progress import Progress
from projects.models import ApiKey
from tests.api.live import serve
from tests.client import GENERATIONS
from tests.factories import ApiKeyFactory, GenerationFactory
from tests.live.worker import wait_until
from tests.outages import DOWN, open_breaker
from tests.servers.deaf import DeafLine
from tests.servers.process import HOST

BODY = b'{"prompt": "a cat", "autoEnhance": false}'
SOON_S = 10
"""Far below what is waited for, and above what a busy machine needs."""


@pytest.fixture
def start(database_url, redis_url, tmp_path):
    """Serve with these settings."""
    with ExitStack() as servers:

        def start(**settings):
            addresses = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "BROKER_URL": redis_url}
            return servers.enter_context(serve(tmp_path, **addresses | settings))

        yield start


@pytest.fixture
def key(transactional_db):
    return ApiKeyFactory(rate_limit_per_hour=1_000_000).text


@pytest.fixture
def pending(key):
    return GenerationFactory(project=ApiKey.objects.get().project)


def path(generation):
    return f"{GENERATIONS}/{generation.pk}"


@pytest.fixture
def programs():
    with ThreadPoolExecutor(110) as programs:
        yield programs


@pytest.fixture
def observer(database_url):
    """A connection that looks at the database from outside."""
    with psycopg.connect(database_url, autocommit=True) as observer:
        yield observer


def connections(observer, name="%"):
    """Those of the servers, by what they call themselves."""
    return observer.execute(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE %s"
        " AND pid NOT IN (pg_backend_pid(), %s)",
        [name, connection.connection.info.backend_pid],
    ).fetchall()


def is_heard_of(observer):
    """Somebody waits: the listener of its process is there."""
    return lambda: connections(observer, LISTENERS)


def succeed(generation):
    """What a worker does, without a picture's file."""
    claiming.take(generation.pk)
    done = GenerationFactory.build(success=True)
    Generation.objects.filter(pk=generation.pk).update(
        status="success", processing_time_ms=8, finished_at=done.finished_at, updated_at=done.finished_at
    )
    runner.announce(generation, "success")


# ── Prefer: wait ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_create_that_waits_is_answered_with_the_finished_generation(start, key, programs, observer):
    server = start()
    answer = programs.submit(server.call, key, "POST", body=BODY, Prefer="respond-async, wait=30")
    wait_until(is_heard_of(observer))
    began = time.monotonic()
    succeed(Generation.objects.get())
    created = answer.result()
    assert time.monotonic() - began < SOON_S
    assert (created.status, created.json()["data"]["status"]) == (201, "success")
    assert created.headers["Preference-Applied"] == "wait=30"
    assert created.headers["Location"] == path(Generation.objects.get())
    assert created.headers["Retry-After"] is None


def test_a_create_that_sees_its_image_fail_is_a_500_with_the_generations_id(start, key, programs, observer):
    server = start()
    answer = programs.submit(server.call, key, "POST", body=BODY, Prefer="wait=30")
    wait_until(is_heard_of(observer))
    generation = Generation.objects.get()
    services.fail_generation(generation, reason="It rained.")
    failed = answer.result()
    assert (failed.status, failed.headers["Preference-Applied"]) == (500, "wait=30")
    assert failed.json() == {
        "success": False,
        "error": {
            "code": "GENERATION_FAILED",
            "message": "It rained.",
            "generationId": str(generation.pk),
            "errorCode": "CANCELED",
            "requestId": failed.headers["X-Request-Id"],
        },
    }
    assert failed.headers["X-RateLimit-Remaining"] == "999999"
    again = server.call(key, path=path(generation), Prefer="wait=1")
    assert (again.status, again.json()["error"]["generationId"]) == (500, str(generation.pk))
    assert server.call(key, path=path(generation)).status == 200


def test_a_create_that_is_sent_again_waits_for_the_same_generation(start, key, programs, observer):
    server = start()
    again = {"Idempotency-Key": "order-1", "Prefer": "wait=30"}
    first = raw_post(server, key, again)
    wait_until(Generation.objects.exists)
    hang_up(first)
    answer = programs.submit(lambda: server.call(key, "POST", body=BODY, **again))
    time.sleep(1)
    succeed(Generation.objects.get())
    for replayed in (answer.result(), server.call(key, "POST", body=BODY, **again)):
        assert (replayed.status, replayed.json()["data"]["status"]) == (201, "success")
        assert replayed.headers["Idempotency-Replayed"] == "true"
        assert replayed.headers["Preference-Applied"] == "wait=30"
    Generation.objects.update(status="failed", error_message="It rained.")
    failed = server.call(key, "POST", body=BODY, **again)
    assert (failed.status, failed.headers["Idempotency-Replayed"]) == (500, "true")
    assert server.call(key, "POST", body=BODY, **again | {"Prefer": ""}).json()["data"]["status"] == "pending"
    assert Generation.objects.count() == 1


def raw_post(server, key, headers):
    """Post, and give the connection before there is an answer."""
    client = socket.create_connection((HOST, server.port))
    lines = [f"POST {GENERATIONS} HTTP/1.1", "Host: localhost", f"X-API-Key: {key}", f"Content-Length: {len(BODY)}"]
    lines += ["Content-Type: application/json", *(f"{name}: {value}" for name, value in headers.items())]
    client.sendall("\r\n".join([*lines, "", ""]).encode() + BODY)
    return client


def test_when_the_time_is_over_the_answer_is_the_pending_one(start, key):
    server = start(PREFER_WAIT_MAX_S="1")
    began = time.monotonic()
    created = server.call(key, "POST", body=BODY, Prefer="wait=3600")
    assert 1 <= time.monotonic() - began < SOON_S
    assert (created.status, created.json()["data"]["status"]) == (201, "pending")
    assert (created.headers["Preference-Applied"], created.headers["Retry-After"]) == ("wait=1", "1")
    got = server.call(key, path=created.headers["Location"], Prefer="wait=1")
    assert (got.status, got.json()["data"]) == (200, created.json()["data"])
    assert (got.headers["Preference-Applied"], got.headers["Retry-After"]) == ("wait=1", "1")


def test_a_conditional_get_waits_and_then_says_whether_there_is_news(start, key, pending, programs, observer):
    server = start()
    etag = server.call(key, path=path(pending)).headers["ETag"]
    same = server.call(key, path=path(pending), **{"If-None-Match": etag, "Prefer": "wait=1"})
    assert (same.status, same.body, same.headers["Preference-Applied"]) == (304, b"", "wait=1")
    remaining = same.headers["X-RateLimit-Remaining"]
    waiting = {"If-None-Match": etag, "Prefer": "wait=30"}
    answer = programs.submit(lambda: server.call(key, path=path(pending), **waiting))
    time.sleep(0.5)
    succeed(pending)
    assert (answer.result().status, answer.result().json()["data"]["status"]) == (200, "success")
    assert int(answer.result().headers["X-RateLimit-Remaining"]) == int(remaining) - 1


def test_what_has_ended_is_not_waited_for(start, key):
    server = start(GRANIAN_BLOCKING_THREADS="4")
    done = GenerationFactory(project=ApiKey.objects.get().project, success=True)
    answer = server.call(key, path=path(done), Prefer="wait=30")
    assert (answer.status, answer.headers["Preference-Applied"]) == (200, "wait=30")


def test_a_strangers_generation_is_not_waited_for(start, key):
    server = start()
    for unknown in (path(GenerationFactory()), f"{GENERATIONS}/nonsense"):
        assert server.call(key, path=unknown, Prefer="wait=30").status == 404
        assert server.call(key, path=f"{unknown}/events").status == 404


def test_a_generation_that_is_deleted_while_it_is_waited_for_is_not_found(start, key, pending, programs, observer):
    server = start()
    answers = [programs.submit(server.call, key, path=path(pending), Prefer="wait=30") for _ in range(2)]
    answers.append(programs.submit(server.call, key, path=f"{path(pending)}/events"))
    time.sleep(1)
    assert server.call(key, "DELETE", path(pending)).status == 200
    assert [answer.result().status for answer in answers] == [404, 404, 200]
    assert server.call(key, path=f"{path(pending)}/events").status == 404


# ── The stream ───────────────────────────────────────────────────────────────────────────────────────────────────────


class Stream:
    """An EventSource: one connection, and the events as they come."""

    def __init__(self, server, key, generation, last_event_id=None):
        self.connection = server.connect()
        headers = {"X-API-Key": key} | ({"Last-Event-ID": last_event_id} if last_event_id else {})
        self.connection.request("GET", f"{path(generation)}/events", headers=headers)
        self.answer = self.connection.getresponse()

    def frame(self):
        """The next one, as its fields by their names; None at the end."""
        lines = []
        while line := self.answer.readline():
            if line == b"\n":
                return dict(line.decode().rstrip("\n").split(": ", 1) for line in lines)
            lines.append(line)
        return None

    def frames(self):
        return list(iter(self.frame, None))

    def event(self):
        while (frame := self.frame()) is not None:
            if "event" in frame:
                return frame["event"], json.loads(frame["data"]), frame["id"]
        return None

    def close(self):
        self.answer.close()
        self.connection.close()


def test_a_stream_tells_the_whole_life(start, key, pending):
    server = start()
    with closing(Stream(server, key, pending)) as stream:
        headers = stream.answer.headers
        assert (stream.answer.status, headers["Content-Type"]) == (200, "text/event-stream")
        assert (headers["Cache-Control"], headers["X-Accel-Buffering"]) == ("no-store", "no")
        assert headers["X-RateLimit-Remaining"] == "999999"
        frame = stream.frame()
        assert frame["retry"] == "2000", "joined to the first event: an event of its own is an empty one to some"
        name, status, first = frame["event"], json.loads(frame["data"]), frame["id"]
        assert (name, status["id"], status["status"]) == ("status", str(pending.pk), "pending")
        claiming.take(pending.pk)
        name, status, second = stream.event()
        assert (name, status["status"]) == ("status", "processing")
        Progress(Claim(pending.pk, 1), threading.Event())(0.42)
        name, progress, third = stream.event()
        assert (name, progress) == ("progress", {"progress": 0.42})
        Generation.objects.filter(pk=pending.pk).update(status="pending")
        succeed(pending)
        names = []
        while event := stream.event():
            names.append(event[0])
            last = event
    assert names[-1] == "done"
    assert last[1] == server.call(key, path=path(pending)).json()["data"]
    ids = [tuple(part for part in each.split(".")) for each in (first, second, third, last[2])]
    assert [int(micros) for micros, _ in ids] == sorted(int(micros) for micros, _ in ids)
    assert (third, last[2]) == (f"{second.split('.')[0]}.420", f"{ids[-1][0]}.done")


def test_a_stream_tells_of_a_provider_that_is_down_and_that_it_is_back(start, key, pending):
    (alias,) = settings.IMAGE_PROVIDER_CHAIN
    with closing(Stream(start(), key, pending)) as stream:
        _, status, _ = stream.event()
        assert (status["status"], status["errorCode"], status["retryAt"]) == ("pending", None, None)
        open_breaker(alias)
        notifications.notify_all()
        name, status, _ = stream.event()
        assert (name, status["status"], status["errorCode"]) == ("status", "pending", "PROVIDER_UNAVAILABLE")
        assert status["errorMessage"] == DOWN
        assert status["retryAt"] > status["updatedAt"]
        circuit_breaker.Breakers().look().note_success(alias, 0)
        notifications.notify_all()
        name, status, _ = stream.event()
        assert (name, status["status"], status["errorCode"], status["retryAt"]) == ("status", "pending", None, None)


def test_a_failure_is_done_as_well(start, key, pending):
    server = start()
    with closing(Stream(server, key, pending)) as stream:
        assert stream.event()[0] == "status"
        services.fail_generation(pending)
        name, done, _ = stream.event()
        assert (name, done["status"], done["errorCode"]) == ("done", "failed", "CANCELED")
        assert stream.event() is None


def test_a_stream_goes_on_where_it_was_cut(start, key, pending):
    server = start()
    claiming.take(pending.pk)
    with closing(Stream(server, key, pending)) as stream:
        _, _, seen = stream.event()
    Progress(Claim(pending.pk, 1), threading.Event())(0.5)
    with closing(Stream(server, key, pending, seen)) as stream:
        name, _, seen = stream.event()
        assert name == "progress"
    services.fail_generation(pending)
    with closing(Stream(server, key, pending, seen)) as stream:
        name, _, seen = stream.event()
        assert (name, stream.event()) == ("done", None)
    with closing(Stream(server, key, pending, seen)) as stream:
        assert (stream.answer.status, stream.answer.read()) == (204, b"")
    services.retry_generation(pending)
    with closing(Stream(server, key, pending, seen)) as stream:
        name, status, _ = stream.event()
        assert (name, status["status"]) == ("status", "pending")


def test_an_id_that_is_not_ours_begins_at_the_beginning(start, key, pending):
    server = start()
    with closing(Stream(server, key, pending)) as stream:
        state = stream.event()[2].partition(".")[0]
    for last_event_id in ("nonsense", "1.2.3", "9" * 400, "²", ".", f"{state}.{'9' * 5000}"):
        with closing(Stream(server, key, pending, last_event_id.encode())) as stream:
            assert stream.event()[0] == "status"


def test_a_stream_without_news_is_kept_open_by_comments(start, key, pending):
    with closing(Stream(start(STREAM_COMMENT_S="0.2"), key, pending)) as stream:
        assert stream.event()[0] == "status"
        lines = [stream.answer.readline() for _ in range(3)]
    assert lines == [b": still here\n"] * 3, "an empty line after an id is an empty event to some"


# ── Places ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def hang_up(connection):
    """Vanish as a client does whose cable is cut: no goodbye, only a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


def raw(key, path, *headers):
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", f"X-API-Key: {key}", *headers]
    return "\r\n".join([*lines, "", ""]).encode()


def test_beyond_its_places_the_preference_is_not_applied_and_a_stream_is_to_be_asked_for_again(start, key, pending):
    server = start(GRANIAN_BLOCKING_THREADS="6", STREAM_COMMENT_S="0.2")
    with closing(Stream(server, key, pending)) as first, closing(Stream(server, key, pending)) as second:
        assert (first.answer.status, second.answer.status) == (200, 200)
        began = time.monotonic()
        answer = server.call(key, path=path(pending), Prefer="wait=30")
        assert time.monotonic() - began < SOON_S
        assert (answer.status, answer.headers["Preference-Applied"]) == (200, None)
        assert answer.headers["Retry-After"] == "1"
        created = server.call(key, "POST", body=BODY, Prefer="wait=30")
        assert (created.status, created.headers["Preference-Applied"]) == (201, None)
        with closing(Stream(server, key, pending)) as refused:
            assert (refused.answer.status, refused.answer.headers["Content-Type"]) == (200, "text/event-stream")
            (frame,) = refused.frames()
        assert (frame[""], frame["retry"]) == ("too many are waiting, come again", "15000")
        assert (frame["event"], json.loads(frame["data"])["status"]) == ("status", "pending")
        with closing(Stream(server, key, pending, frame["id"])) as again:
            assert again.answer.read() == b": too many are waiting, come again\nretry: 15000\n"
    wait_until(lambda: server.call(key, path=path(pending), Prefer="wait=1").headers["Preference-Applied"], SOON_S)


def test_a_client_that_is_cut_off_at_any_moment_frees_its_place(start, key, pending):
    server = start(GRANIAN_BLOCKING_THREADS="5", STREAM_COMMENT_S="0.1")
    stream, wait = raw(key, f"{path(pending)}/events"), raw(key, path(pending), "Prefer: wait=1")
    for request in (stream, wait):
        for sent, pause in ((len(request) // 2, 0), (len(request), 0), (len(request), 0.05), (len(request), 0.5)):
            client = socket.create_connection((HOST, server.port))
            client.sendall(request[:sent])
            time.sleep(pause)
            hang_up(client)
    wait_until(lambda: server.call(key, path=path(pending), Prefer="wait=1").headers["Preference-Applied"], 20)
    for _ in range(5):
        with closing(Stream(server, key, pending)) as there:
            assert there.answer.status == 200
            assert there.event()[0] == "status"
        wait_until(lambda: server.call(key, path=path(pending), Prefer="wait=1").headers["Preference-Applied"], 20)


def test_a_hundred_who_wait_cost_no_connection_and_no_query(start, key, pending, programs, observer):
    others = connections(observer)
    server = start(GRANIAN_BLOCKING_THREADS="256")
    for _ in range(20):
        assert server.call(key, path=path(pending)).status == 200
    half = [programs.submit(server.call, key, path=path(pending), Prefer="wait=40") for _ in range(50)]
    with ExitStack() as held:
        streams = [held.enter_context(closing(Stream(server, key, pending))) for _ in range(50)]
        assert {stream.event()[0] for stream in streams} == {"status"}
        time.sleep(2)
        assert len(set(connections(observer)) - set(others)) <= 4 + 1
        with nothing_is_asked(observer):
            time.sleep(3)
        assert server.call(key, path=path(pending)).status == 200
        began = time.monotonic()
        services.fail_generation(pending)
        assert {answer.result().status for answer in half} == {500}
        assert {stream.event()[0] for stream in streams} == {"done"}
        assert time.monotonic() - began < SOON_S
        assert len(set(connections(observer)) - set(others)) <= 4 + 1


@contextmanager
def nothing_is_asked(observer):
    """No connection of the servers begins a statement meanwhile."""
    latest = (
        "SELECT max(query_start) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    before = observer.execute(latest).fetchone()
    yield
    assert observer.execute(latest).fetchone() == before


def test_two_processes_hold_a_hundred_while_others_are_served(
    database_url, redis_url, tmp_path, key, pending, programs, observer
):
    addresses = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "BROKER_URL": redis_url}
    with serve(tmp_path, workers=2, GRANIAN_BLOCKING_THREADS="256", **addresses) as server:
        waiting = [programs.submit(server.call, key, path=path(pending), Prefer="wait=60") for _ in range(100)]
        time.sleep(2)
        assert {server.call(key, "POST", body=BODY).status for _ in range(20)} == {201}
        assert {server.call(key, path=path(pending)).status for _ in range(50)} == {200}
        assert not any(answer.done() for answer in waiting)
        succeed(pending)
        ended = [answer.result() for answer in waiting]
        assert {(answer.status, answer.headers["Preference-Applied"]) for answer in ended} == {(200, "wait=60")}
        assert {answer.json()["data"]["status"] for answer in ended} == {"success"}


# ── When something breaks ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_cut_channel_is_mended(start, key, pending, programs, observer):
    server = start()
    answer = programs.submit(server.call, key, path=path(pending), Prefer="wait=60")
    with closing(Stream(server, key, pending)) as stream:
        assert stream.event()[0] == "status"
        wait_until(is_heard_of(observer))
        for (pid,) in connections(observer, LISTENERS):
            observer.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        began = time.monotonic()
        succeed(pending)
        names = []
        while event := stream.event():
            names.append(event[0])
        assert names[-1] == "done"
        assert answer.result().json()["data"]["status"] == "success"
        assert time.monotonic() - began < SOON_S
    wait_until(is_heard_of(observer))
    assert any(line["event"] == "notices_cut" for line in server.log_lines())


def test_behind_a_pooler_that_passes_no_notification_on_the_row_is_looked_at(
    start, key, pending, programs, database_url
):
    parts = urlsplit(database_url)
    with DeafLine(parts.port) as line:
        through = parts._replace(netloc=parts.netloc.replace(f":{parts.port}", f":{line.port}")).geturl()
        server = start(DATABASE_URL=through)
        assert server.call("", path="/readyz").json()["notifications"] == "idle"
        answer = programs.submit(server.call, key, path=path(pending), Prefer="wait=30")
        wait_until(lambda: any(line["event"] == "notices_unheard" for line in server.log_lines()))
        assert line.dropped == 1
        began = time.monotonic()
        succeed(pending)
        assert answer.result().json()["data"]["status"] == "success"
        assert time.monotonic() - began < SOON_S
        answer = server.call("", path="/readyz")
        assert (answer.status, answer.json()["notifications"]) == (200, "polling")
        server.call(key, path=path(GenerationFactory(project=pending.project)), Prefer="wait=1")
        assert sum(line["event"] == "notices_unheard" for line in server.log_lines()) == 1


def test_whoever_has_created_something_hears_of_it_although_all_connections_are_cut(start, key, programs, observer):
    server = start()
    answer = programs.submit(server.call, key, "POST", body=BODY, Prefer="wait=60")
    wait_until(Generation.objects.exists)
    for _ in range(20):
        for (pid,) in connections(observer):
            observer.execute("SELECT pg_terminate_backend(%s)", [pid])
        time.sleep(0.1)
    began = time.monotonic()
    succeed(Generation.objects.get())
    assert (answer.result().status, answer.result().json()["data"]["status"]) == (201, "success")
    assert time.monotonic() - began < SOON_S


def test_a_server_that_ends_lets_those_who_wait_go(start, key, pending, programs):
    server = start()
    answer = programs.submit(server.call, key, path=path(pending), Prefer="wait=60")
    with closing(Stream(server, key, pending)) as stream:
        assert stream.event()[0] == "status"
        began = time.monotonic()
        server.end()
        assert stream.frames() == []
        got = answer.result()
        assert (got.status, got.json()["data"]["status"], got.headers["Retry-After"]) == (200, "pending", "1")
        assert time.monotonic() - began < SOON_S


# ── Shares ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_of_a_project_that_takes_all_it_can_get_another_one_notices_nothing(start, key, pending):
    server = start(GRANIAN_BLOCKING_THREADS="10", STREAM_COMMENT_S="0.2")
    other = GenerationFactory()
    others_key = ApiKeyFactory(project=other.project, rate_limit_per_hour=1_000_000).text
    with ExitStack() as streams:
        taken = [streams.enter_context(closing(Stream(server, key, pending))) for _ in range(7)]
        assert [stream.frame()["retry"] for stream in taken] == ["2000"] * 4 + ["15000"] * 3
        answer = server.call(others_key, path=path(other), Prefer="wait=1")
        assert (answer.status, answer.headers["Preference-Applied"]) == (200, "wait=1")
        assert streams.enter_context(closing(Stream(server, others_key, other))).answer.status == 200


def test_a_stream_closes_after_its_longest_life_and_goes_on_when_it_is_asked_for_again(start, key, pending):
    server = start(STREAM_COMMENT_S="0.2", STREAM_MAX_S="0.5")
    with closing(Stream(server, key, pending)) as stream:
        _, _, seen = stream.event()
        assert stream.answer.readlines()[0] == b": still here\n"
    succeed(pending)
    with closing(Stream(server, key, pending, seen)) as stream:
        assert stream.event()[0] == "done"


def test_waiting_for_a_304_is_free_as_often_as_requests_are_allowed_and_then_not_waited_for(start, pending):
    key = ApiKeyFactory(project=pending.project, rate_limit_per_hour=3).text
    server = start()
    first = server.call(key, path=path(pending))
    patient = {"If-None-Match": first.headers["ETag"], "Prefer": "wait=1"}
    answers = [server.call(key, path=path(pending), **patient) for _ in range(4)]
    assert [answer.status for answer in answers] == [304] * 4
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["2"] * 4
    assert [answer.headers["Preference-Applied"] for answer in answers] == ["wait=1"] * 3 + [None]
