"""Dispatchers at work on real receivers: nobody waits for the dead, the slow or the busy."""

import threading
import time
from contextlib import closing
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from standardwebhooks.webhooks import Webhook

from projects.outbound import connection_pool
from projects.webhooks import delivery_queue, outbox
from projects.webhooks import dispatcher as at_work
from projects.webhooks.delivery_queue import claim
from projects.webhooks.dispatcher import Dispatcher
from projects.webhooks.models import Delivery, DisabledReason, Endpoint, Message, Status
from tests.factories import DeliveryFactory, WebhookFactory
from tests.live.worker import wait_until
from tests.projects.webhooks.receivers import OK, receiver, say, status

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("loopback")]


@pytest.fixture
def dispatchers(settings):
    """Start dispatchers, which end with the test."""
    settings.RELAY_INTERVAL_S = 0.1
    running: list[Dispatcher] = []

    def start(count: int = 1) -> list[Dispatcher]:
        fresh = [Dispatcher() for _ in range(count)]
        running.extend(fresh)
        for dispatcher in fresh:
            dispatcher.start()
        return fresh

    yield start
    for dispatcher in running:
        dispatcher.stop()
    for dispatcher in running:
        dispatcher.thread.join(20)
        assert not dispatcher.thread.is_alive()


def waiting(url, count=1, **fields):
    endpoint = WebhookFactory(url=url, **fields)
    for _ in range(count):
        DeliveryFactory(endpoint=endpoint)
    return endpoint


def delivered() -> int:
    return Delivery.objects.filter(status=Status.DELIVERED).count()


def test_what_waits_is_signed_and_delivered(dispatchers):
    with receiver() as there:
        endpoint = waiting(there.url)
        dispatchers()
        wait_until(lambda: delivered() == 1, 10)
    (posted,) = there.posted
    assert posted.body == Message.objects.get().body
    assert posted.id == Message.objects.get().pk
    assert Webhook(endpoint.secret).verify(posted.body, dict(posted.headers))


def test_a_secret_that_was_rotated_signs_along_until_its_time_is_over(dispatchers):
    with receiver() as there:
        endpoint = waiting(there.url)
        old = endpoint.secret
        Endpoint.objects.update(
            previous_salt=endpoint.salt, salt="new", previous_expires_at=Now() + timedelta(hours=24)
        )
        new = Endpoint.objects.get().secret
        dispatchers()
        wait_until(lambda: delivered() == 1, 10)
        for secret in (old, new):
            assert Webhook(secret).verify(there.posted[0].body, dict(there.posted[0].headers))
        Endpoint.objects.update(previous_expires_at=Now() - timedelta(seconds=1))
        DeliveryFactory(endpoint=endpoint)
        wait_until(lambda: delivered() == 2, 10)
        assert len(there.posted[1].headers["webhook-signature"].split()) == 1
        assert Webhook(new).verify(there.posted[1].body, dict(there.posted[1].headers))


def test_a_receiver_that_was_down_gets_the_same_message_later(dispatchers):
    with receiver(status(500)) as there:
        waiting(there.url)
        dispatchers()
        wait_until(lambda: Delivery.objects.get().failures == 1, 10)
        assert Endpoint.objects.get().failing_since
        there.answer = say(OK)
        Delivery.objects.update(next_attempt_at=Now())
        wait_until(lambda: delivered() == 1, 10)
    assert len({posted.id for posted in there.posted}) == 1
    assert len(there.posted) == 2
    assert Endpoint.objects.get().failing_since is None


def test_gone_is_never_asked_again(dispatchers):
    with receiver(status(410)) as there:
        waiting(there.url)
        dispatchers()
        wait_until(lambda: Endpoint.objects.get().disabled_reason == DisabledReason.GONE, 10)
        DeliveryFactory(endpoint=Endpoint.objects.get())
        time.sleep(0.5)
    assert len(there.posted) == 1


def test_many_dispatchers_send_each_message_once(dispatchers):
    with receiver() as there:
        for _ in range(4):
            waiting(there.url, 15)
        dispatchers(3)
        wait_until(lambda: delivered() == 60, 30)
    assert sorted(posted.id for posted in there.posted) == sorted(Message.objects.values_list("pk", flat=True))
    assert Delivery.objects.filter(attempt=1).count() == 60


@pytest.mark.parametrize(
    ("quick_ms", "most"), [(0, delivery_queue.AT_ONCE), (10_000, delivery_queue.AT_ONCE_WHILE_QUICK)]
)
def test_many_dispatchers_keep_to_what_one_receiver_takes_at_a_time(dispatchers, monkeypatch, quick_ms, most):
    monkeypatch.setattr(at_work, "QUICK_MS", quick_ms)
    with receiver(say(OK, after_s=0.1)) as there:
        waiting(there.url, 24)
        dispatchers(3)
        wait_until(lambda: delivered() == 24, 30)
        assert 1 < there.most_at_once <= most


def test_a_burst_to_a_quick_receiver_takes_few_connections_and_two_statements_for_each(monkeypatch):
    """What is claimed and written down together costs less; counted where each round has its results to write."""
    monkeypatch.setattr(connection_pool, "IDLE_S", 60)
    sender = Dispatcher()
    with receiver(requests=1000) as there, closing(sender.pool):
        endpoint = waiting(there.url)
        for _ in range(100):
            DeliveryFactory(endpoint=endpoint)
        said = 0
        while delivered() < 101:
            with CaptureQueriesContext(connection) as queries:
                sender.work()
            said += len(queries)
            wait_until(sender.has_heard_from_all, 10)
    assert there.connections <= delivery_queue.AT_ONCE_WHILE_QUICK
    assert said < 101 * 2.5
    assert Delivery.objects.filter(attempt=1).count() == 101


def test_events_of_one_generation_arrive_in_their_order_however_many_are_on_the_way(dispatchers):
    subjects = [uuid4() for _ in range(10)]
    with receiver(say(OK, after_s=0.02)) as there:
        endpoint = WebhookFactory(url=there.url)
        told = {subject: [DeliveryFactory(endpoint=endpoint, subject_id=subject).message_id] for subject in subjects}
        for _ in range(3):
            for subject in subjects:
                told[subject].append(DeliveryFactory(endpoint=endpoint, subject_id=subject).message_id)
        dispatchers(3)
        wait_until(lambda: delivered() == 40, 60)
        assert there.most_at_once > 1
    arrived = [posted.id for posted in there.posted]
    assert len(arrived) == 40
    for messages in told.values():
        assert [message for message in arrived if message in messages] == messages


def test_dead_receivers_delay_nobody_else(dispatchers):
    """Thirty of them, each with messages in plenty, do not take all places for longer than it takes to notice."""
    held = threading.Event()
    with receiver(lambda connection: held.wait(20)) as dead, receiver() as alive:
        for _ in range(30):
            waiting(dead.url, 5, failing_since=Now())
        dispatchers()
        wait_until(lambda: dead.connections >= 16, 10)
        began = time.monotonic()
        waiting(alive.url, 20)
        wait_until(lambda: delivered() == 20, 10)
        assert time.monotonic() - began < 5
        assert dead.connections == 16
        held.set()


def test_nor_do_receivers_that_have_just_died(dispatchers):
    """Until the first of them is known to be dead, which takes 15 seconds, they leave their places to others."""
    held = threading.Event()
    with receiver(lambda connection: held.wait(20)) as dead, receiver() as alive:
        for _ in range(20):
            waiting(dead.url, 5)
        dispatchers()
        wait_until(lambda: dead.connections >= 32, 10)
        waiting(alive.url, 20)
        wait_until(lambda: delivered() == 20, 10)
        assert not Endpoint.objects.exclude(failing_since=None).exists()
        held.set()


def test_a_dispatcher_that_ends_waits_for_what_is_on_the_wire(dispatchers):
    with receiver(say(OK, after_s=0.7)) as there:
        waiting(there.url, 1)
        (dispatcher,) = dispatchers()
        wait_until(lambda: there.posted, 10)
        DeliveryFactory(endpoint=Endpoint.objects.get())
        dispatcher.stop()
        dispatcher.thread.join(10)
    assert len(there.posted) == 1
    assert [delivery.status for delivery in Delivery.objects.order_by("-attempt")] == [Status.DELIVERED, Status.PENDING]


def test_a_result_outlives_a_lost_database_connection(dispatchers):
    with receiver(say(OK, after_s=0.5)) as there:
        waiting(there.url)
        dispatchers()
        wait_until(lambda: there.posted, 10)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        wait_until(lambda: delivered() == 1, 10)
    assert len(there.posted) == 1


def test_what_this_process_writes_goes_out_at_once(dispatchers, settings, project):
    with receiver() as there:
        WebhookFactory(project=project, url=there.url)
        dispatchers()
        time.sleep(0.3)
        settings.RELAY_INTERVAL_S = 30
        time.sleep(0.3)
        with transaction.atomic():
            outbox.publish(project.pk, "generation.failed", lambda: outbox.Event({}))
        wait_until(lambda: there.posted, 5)


def test_two_that_claim_at_once_never_pass_the_limit_together(dispatchers):
    endpoint = WebhookFactory()
    for _ in range(12):
        DeliveryFactory(endpoint=endpoint)
    start, taken = threading.Barrier(6), []

    def claimer():
        start.wait()
        for _ in range(4):
            taken.extend(claim(10, failing=False))
        connection.close()

    threads = [threading.Thread(target=claimer) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) <= 4
    while more := claim(10, failing=False):
        taken += more
    assert len(taken) == len({delivery.pk for delivery in taken}) == 4
