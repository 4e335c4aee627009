"""/healthz and /readyz: who is alive, which part is down, how long the queue waits."""

import time
from datetime import timedelta

import pytest
from celery import current_app
from django.db import connections
from django.utils import timezone

from config.monitoring import health
from config.settings.storages import image_storage
from config.version import VERSION
from tests.factories import GenerationFactory

UP = {"database": "up", "broker": "up", "storage": "up"}


@pytest.fixture(autouse=True)
def _new_probes(monkeypatch):
    """No test joins a look that an earlier one left hanging."""
    monkeypatch.setattr(health, "PROBES", {name: health.Probe(probe._look) for name, probe in health.PROBES.items()})


@pytest.fixture(autouse=True)
def _patience(request, monkeypatch):
    """Where nothing hangs, a busy machine is no part that is down: what is looked at has as long as it takes."""
    if "tcp_blackhole" not in request.fixturenames:
        monkeypatch.setattr(health, "ANSWER_WITHIN_S", 30.0)


@pytest.fixture
def broker(monkeypatch):
    """Sends every new connection to another broker."""
    return lambda url: monkeypatch.setitem(current_app.conf, "broker_url", url)


@pytest.fixture
def database(monkeypatch):
    """Sends every new connection to another port."""
    return lambda port: [
        monkeypatch.setitem(connections.settings["default"], "PORT", port),
        monkeypatch.setitem(connections.settings["default"], "HOST", "127.0.0.1"),
    ]


@pytest.fixture
def storage(settings):
    """Keeps pictures elsewhere."""

    def use(url: str) -> None:
        settings.STORAGES = {**settings.STORAGES, "default": image_storage(url, cache_control="")}

    return use


def ready(client):
    began = time.monotonic()
    response = client.get("/readyz")
    assert time.monotonic() - began < health.ANSWER_WITHIN_S + 1
    return response.status_code, response.json()


def test_alive_asks_nothing_and_nobody(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "alive", "version": VERSION})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_they_only_answer_questions(client, path):
    assert client.post(path).status_code == 405


def test_ready_when_every_part_answers(client, transactional_db, redis_url):
    answer = {"status": "ready", "parts": UP, "notifications": "idle", "oldestPendingSeconds": None}
    assert ready(client) == (200, answer)


def test_ready_tells_the_age_of_the_oldest_that_waits(client, transactional_db, redis_url):
    now = timezone.now()
    GenerationFactory(created_at=now - timedelta(seconds=10))
    GenerationFactory(created_at=now - timedelta(seconds=90))
    for longer_but_not_waiting in ({"processing": True}, {"success": True}, {"trashed": True}):
        GenerationFactory(created_at=now - timedelta(hours=1), **longer_but_not_waiting)
    assert ready(client)[1]["oldestPendingSeconds"] == pytest.approx(90, abs=5)


def test_not_ready_without_its_broker(client, transactional_db, spare_redis, broker):
    broker(spare_redis.url())
    assert ready(client)[0] == 200
    spare_redis.kill()
    status, answer = ready(client)
    assert (status, answer["status"], answer["parts"]) == (503, "unavailable", UP | {"broker": "down"})


def test_not_ready_with_a_broker_that_takes_no_message(client, transactional_db, spare_redis, broker):
    broker(spare_redis.url())
    with spare_redis.no_help("full"):
        assert ready(client)[1]["parts"] == UP | {"broker": "down"}
    assert ready(client)[0] == 200


def test_not_ready_without_its_database(client, redis_url, database, tcp_blackhole):
    database(1)
    status, answer = ready(client)
    assert (status, answer["status"], answer["parts"]) == (503, "unavailable", UP | {"database": "down"})
    assert answer["oldestPendingSeconds"] is None


def test_not_ready_without_its_bucket(client, transactional_db, redis_url, s3_bucket, storage):
    storage(s3_bucket.storage_url)
    assert ready(client)[0] == 200
    s3_bucket.server.client.delete_bucket(Bucket=s3_bucket.name)
    assert ready(client)[1]["parts"] == UP | {"storage": "down"}


def test_not_ready_with_wrong_credentials_for_its_bucket(client, transactional_db, redis_url, s3_bucket, storage):
    storage(s3_bucket.storage_url.replace(s3_bucket.server.secret_key, "wrong"))
    assert ready(client)[1]["parts"] == UP | {"storage": "down"}


def test_not_ready_without_room_for_a_picture(client, transactional_db, redis_url, settings):
    settings.MAX_IMAGE_BYTES = 1 << 60
    assert ready(client)[1]["parts"] == UP | {"storage": "down"}


def test_a_look_at_the_bucket_writes_nothing(client, transactional_db, redis_url, s3_bucket, storage):
    storage(s3_bucket.storage_url)
    ready(client)
    assert "Contents" not in s3_bucket.server.client.list_objects_v2(Bucket=s3_bucket.name)


def test_parts_that_hang_are_down_and_keep_nobody_waiting(client, tcp_blackhole, broker, database, storage):
    broker(tcp_blackhole.url("redis"))
    database(tcp_blackhole.port)
    storage(f"s3://key:secret@bucket?endpoint={tcp_blackhole.url('http')}")
    assert ready(client)[1]["parts"] == dict.fromkeys(UP, "down")


def test_one_part_that_hangs_hides_no_other(client, transactional_db, tcp_blackhole, broker):
    GenerationFactory(created_at=timezone.now() - timedelta(seconds=30))
    broker(tcp_blackhole.url("redis"))
    status, answer = ready(client)
    assert (status, answer["parts"]) == (503, UP | {"broker": "down"})
    assert answer["oldestPendingSeconds"] == pytest.approx(30, abs=5)


def test_a_part_that_hangs_costs_one_thread_however_often_it_is_asked(tcp_blackhole, broker):
    broker(tcp_blackhole.url("redis"))
    probe = health.PROBES["broker"]
    assert probe.start() is probe.start()


def test_answers_name_no_address(client, transactional_db, tcp_blackhole, broker, storage):
    broker(tcp_blackhole.url("redis"))
    storage(f"s3://key:secret@bucket?endpoint={tcp_blackhole.url('http')}")
    text = client.get("/readyz").content.decode()
    assert not any(secret in text for secret in ("127.0.0.1", str(tcp_blackhole.port), "secret", "redis", "Error"))
