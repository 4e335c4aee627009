"""Webhooks of real workers: killed in the middle, they send again, the same message."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db.models.functions import Now
from standardwebhooks.webhooks import Webhook

from generations.models import Generation
from generations.models import Status as GenerationStatus
from projects.webhooks.models import Delivery, Status
from tests.factories import DeliveryFactory, GenerationFactory, WebhookFactory
from tests.live.worker import wait_until
from tests.projects.webhooks.receivers import OK, receiver, say

pytestmark = pytest.mark.django_db(transaction=True)

ALLOWED = {"WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8", "SECRET_KEY": settings.SECRET_KEY}


def job(project, prompt="a cat"):
    return GenerationFactory(project=project, original_prompt=prompt, ring_at=Now() - timedelta(seconds=1))


def succeeded(*generations):
    ids = [generation.pk for generation in generations]
    return Generation.objects.filter(pk__in=ids, status=GenerationStatus.SUCCESS).count() == len(ids)


def all_delivered():
    return not Delivery.objects.exclude(status=Status.DELIVERED).exists()


def test_a_generations_life_is_told(worker, project):
    with receiver() as there:
        endpoint = WebhookFactory(project=project, url=there.url)
        generation = job(project)
        worker(**ALLOWED)
        wait_until(lambda: succeeded(generation) and all_delivered())
    told = [Webhook(endpoint.secret).verify(posted.body, dict(posted.headers)) for posted in there.posted]
    assert {(event["type"], event["data"]["status"]) for event in told} == {
        ("generation.processing", "processing"),
        ("generation.succeeded", "success"),
    }
    assert {event["data"]["id"] for event in told} == {str(generation.pk)}


def test_a_worker_killed_while_it_delivers_is_followed_by_one_that_sends_the_same_message(worker, project):
    held = threading.Event()
    with receiver(lambda connection: held.wait(60)) as there:
        delivery = DeliveryFactory(endpoint=WebhookFactory(project=project, url=there.url))
        first = worker(**ALLOWED)
        wait_until(lambda: there.posted)
        first.kill()
        there.answer = say(OK)
        held.set()
        # What is left of its lease is not worth waiting for.
        Delivery.objects.update(next_attempt_at=Now(), lease_until=Now())
        worker(**ALLOWED)
        wait_until(all_delivered)
    delivery.refresh_from_db()
    assert [posted.id for posted in there.posted] == [delivery.message_id] * 2
    assert delivery.attempt == 2


def test_a_dead_receiver_delays_no_picture_and_no_other_receiver(worker, project, other_project):
    held = threading.Event()
    with receiver(lambda connection: held.wait(60)) as dead, receiver() as alive:
        for _ in range(20):
            WebhookFactory(project=project, url=dead.url)
        WebhookFactory(project=other_project, url=alive.url)
        generations = [job(project) for _ in range(5)] + [job(other_project)]
        worker(**ALLOWED)
        wait_until(lambda: succeeded(*generations), 30)
        wait_until(lambda: len(alive.posted) == 2, 10)
        assert not Delivery.objects.filter(endpoint__project=project, status=Status.DELIVERED).exists()
        held.set()


def test_without_the_setting_nothing_is_sent_to_this_machine(worker, project):
    with receiver() as there:
        # Of one event, for the next one of a generation waits for the one before.
        WebhookFactory(project=project, url=there.url, event_types=["generation.succeeded"])
        generation = job(project)
        worker()
        wait_until(lambda: succeeded(generation) and not Delivery.objects.filter(failures=0).exists())
    assert there.connections == 0
    assert {delivery.error for delivery in Delivery.objects.all()} == {
        "The host resolves to a private or reserved address."
    }
