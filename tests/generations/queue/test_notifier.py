"""Points 7 and 8 of the protocol: no request waits for the broker, and a message is a hint of the plainest kind."""

import json
import threading

import pytest
import redis
from celery import current_app
from django.db import OperationalError, connection

from enhancement import Template
from generations import services
from generations.models import Generation, Status
from generations.queue.broker import Bell, BellSilent
from generations.queue.notifier import Ringer
from generations.services import creation
from generations.worker.tasks import run_generation
from projects.compiled_queries import CompiledInsert
from tests.factories import GenerationFactory, ProjectFactory
from tests.servers.redis import NO_HELP

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def silent_broker(tcp_blackhole, monkeypatch):
    """A broker that accepts the connection and never answers."""
    monkeypatch.setenv("CELERY_BROKER_WRITE_URL", f"redis://127.0.0.1:{tcp_blackhole.port}/0")


@pytest.fixture
def messages(redis_url):
    client = redis.Redis.from_url(redis_url)
    return lambda: [json.loads(message) for message in client.lrange("generations", 0, -1)]


def wait_for(condition):
    pause = threading.Event()
    for _ in range(500):
        if found := condition():
            return found
        pause.wait(0.01)
    raise AssertionError("never happened")


def test_a_generation_is_rung_for_after_its_commit(messages, monkeypatch):
    monkeypatch.setattr(creation, "ringer", Ringer())
    services.create_generation(ProjectFactory(), prompt="a cat", template=Template.COMIC)
    message = wait_for(messages)[0]
    assert message["headers"]["task"] == "generations.run"
    assert message["headers"]["argsrepr"] == "('generations',)"


def test_a_request_returns_while_its_bell_still_waits_for_a_silent_broker(silent_broker, monkeypatch):
    ringer, ringing, go_on = Ringer(), threading.Event(), threading.Event()
    monkeypatch.setattr(creation, "ringer", ringer)
    ring = Bell.ring

    def ring_slowly(self, times, **options):
        ringing.set()
        go_on.wait(10)
        ring(self, times, **options)

    monkeypatch.setattr(Bell, "ring", ring_slowly)
    generation = services.create_generation(ProjectFactory(), prompt="a cat")
    assert ringing.wait(10)
    assert Generation.objects.get(pk=generation.pk).status == Status.PENDING
    go_on.set()


def test_a_silent_broker_is_given_up_on(silent_broker, settings):
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS["socket_timeout"] <= 2
    with pytest.raises(BellSilent):
        Bell().ring()


@pytest.mark.parametrize("kind", NO_HELP)
def test_a_broker_that_lives_and_takes_nothing_is_a_silent_one(spare_redis, monkeypatch, kind):
    monkeypatch.setenv("CELERY_BROKER_WRITE_URL", spare_redis.url())
    bell = Bell()
    bell.ring()
    bell.check()
    with spare_redis.no_help(kind):
        for act in (bell.ring, bell.check, Bell().ring, Bell().check):
            with pytest.raises(BellSilent):
                act()
    bell.ring()
    assert bell.unanswered() == 2


def test_rabbitmq_is_asked_whether_it_takes_a_message_and_keeps_none(amqp_url, monkeypatch):
    monkeypatch.setenv("CELERY_BROKER_WRITE_URL", amqp_url)
    bell = Bell()
    for _ in range(3):
        bell.check()
    assert bell.unanswered("easel:checked") == 0
    bell.close()


def test_the_ringer_lives_on_after_a_broker_that_was_down(messages, monkeypatch):
    ringer, failed = Ringer(), threading.Event()
    ring = Bell.ring

    def fail_once(self, times, **options):
        if not failed.is_set():
            failed.set()
            raise BellSilent("down")
        ring(self, times, **options)

    monkeypatch.setattr(Bell, "ring", fail_once)
    monkeypatch.setattr("generations.queue.notifier.PAUSE_AFTER_ERROR_S", 0)
    ringer.ring_soon("generations")
    assert failed.wait(10)
    ringer.ring_soon("generations")
    assert len(wait_for(messages)) == 1


def test_what_piles_up_goes_out_in_one_batch(redis_url, messages):
    ringer = Ringer()
    hints = ["generations", "gpu", "generations"]
    for hint in hints:
        ringer._waiting.put(hint)
    assert ringer._next_batch() == hints


def test_a_commit_whose_answer_was_lost_is_looked_up(monkeypatch, redis_url):
    insert = CompiledInsert.run

    def insert_and_lose_the_answer(self, row):
        insert(self, row)
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(CompiledInsert, "run", insert_and_lose_the_answer)
    generation = services.create_generation(ProjectFactory(), prompt="a cat")
    assert Generation.objects.get() == generation


def test_an_insert_that_did_not_happen_is_an_error(monkeypatch):
    def fail(self, row):
        raise OperationalError("server closed the connection unexpectedly")

    project = ProjectFactory()
    monkeypatch.setattr(CompiledInsert, "run", fail)
    with pytest.raises(OperationalError):
        services.create_generation(project, prompt="a cat")
    assert not Generation.objects.exists()


def test_a_message_has_no_eta_no_expiry_and_wants_no_result(messages, redis_url):
    bell = Bell()
    bell.ring()
    headers = messages()[0]["headers"]
    assert (headers["eta"], headers["expires"], headers["ignore_result"]) == (None, None, True)
    assert messages()[0]["content-type"] == "application/json"


def test_celery_is_told_to_leave_everything_but_the_hint_to_the_row():
    conf = current_app.conf
    assert conf.task_acks_late is False
    assert conf.result_backend is None
    assert conf.worker_enable_remote_control is False
    assert conf.worker_prefetch_multiplier == 1
    assert conf.broker_connection_max_retries is None
    assert conf.task_publish_retry is False
    assert conf.accept_content == ["json"]
    assert conf.beat_schedule == {}
    assert run_generation.max_retries == 3  # Celery's default, for a task that never asks for a retry
    assert run_generation.acks_late is False


def test_a_task_on_a_lost_connection_leaves_a_fresh_one(elsewhere, provider):
    generation = GenerationFactory()
    elsewhere(f"SELECT pg_terminate_backend({connection.connection.info.backend_pid})")
    with pytest.raises(OperationalError):
        run_generation("generations")
    run_generation("generations")
    generation.refresh_from_db()
    assert generation.status == Status.SUCCESS
