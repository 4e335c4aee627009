"""Events are written down in the transaction in which they happen, or not at all."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from generations import services
from generations.models import Generation
from generations.providers import ErrorCode, ProviderError
from generations.worker import runner
from generations.worker.retention import SWEEPS
from projects.webhooks.models import Delivery, DisabledReason, Message
from projects.webhooks.outbox import Event, publish, purge_old_messages
from tests.client import GENERATIONS
from tests.factories import ApiKeyFactory, DeliveryFactory, GenerationFactory, MessageFactory, WebhookFactory
from tests.generations.conftest import media, provider

__all__ = ["media", "provider"]

pytestmark = pytest.mark.django_db


def empty():
    return Event({})


def told() -> list[tuple[str, Any]]:
    """Each event that was written, with the generation's status in it."""
    messages = Message.objects.order_by("created_at", "type")
    return [(message.type, json.loads(message.body)["data"]["status"]) for message in messages]


def test_a_job_tells_that_it_begins_and_that_it_succeeds(provider, project):
    WebhookFactory(project=project)
    GenerationFactory(project=project)
    runner.run("generations")
    assert told() == [("generation.processing", "processing"), ("generation.succeeded", "success")]
    assert Delivery.objects.count() == 2


def test_a_job_tells_that_it_fails(provider, project):
    def refuse(request):
        raise ProviderError("Not this one.", code=ErrorCode.CONTENT_BLOCKED)

    provider.answer = staticmethod(refuse)
    WebhookFactory(project=project)
    GenerationFactory(project=project)
    runner.run("generations")
    assert told() == [("generation.processing", "processing"), ("generation.failed", "failed")]


def test_an_operators_hand_tells_as_well(project):
    WebhookFactory(project=project)
    services.fail_generation(GenerationFactory(project=project))
    assert told() == [("generation.failed", "failed")]


def test_to_wait_is_no_event(project):
    WebhookFactory(project=project)
    services.retry_generation(GenerationFactory(project=project, failed=True))
    assert told() == []


def test_nobody_is_named_where_the_key_is_gone_or_was_never_kept(provider, project):
    WebhookFactory(project=project)
    GenerationFactory(project=project)
    runner.run("generations")
    assert [json.loads(message.body)["apiKeyId"] for message in Message.objects.all()] == [None, None]


def test_the_data_is_what_get_gives(provider, project, api, settings):
    settings.PUBLIC_URL = "http://testserver"
    WebhookFactory(project=project)
    key = ApiKeyFactory(project=project)
    generation = GenerationFactory(project=project, api_key=key, meta={"big": 1e300, "order": 1, "a": "雪"})
    runner.run("generations")
    body = json.loads(Message.objects.get(type="generation.succeeded").body)
    assert list(body) == ["type", "timestamp", "apiKeyId", "data"]
    assert body["apiKeyId"] == key.key_id
    assert body["timestamp"][-5] == "."
    assert body["timestamp"].endswith("Z")
    assert body["data"] == api.get(f"{GENERATIONS}/{generation.pk}").json()["data"]
    assert body["data"]["outputImage"]["storageUrl"].startswith("http://testserver/media/")


def test_without_a_public_url_links_lead_to_this_machine(provider, project, settings):
    settings.PUBLIC_URL, settings.PORT = "", 8123
    WebhookFactory(project=project)
    GenerationFactory(project=project)
    runner.run("generations")
    body = json.loads(Message.objects.get(type="generation.succeeded").body)
    assert body["data"]["outputImage"]["storageUrl"].startswith("http://127.0.0.1:8123/media/")


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_never_told(project):
    WebhookFactory(project=project)
    generation = GenerationFactory(project=project)
    with transaction.atomic():
        assert services.fail_generation(generation)
        assert told() == [("generation.failed", "failed")]
        transaction.set_rollback(True)
    generation.refresh_from_db()
    assert generation.status == "pending"
    assert told() == []
    assert not Delivery.objects.exists()


def test_nothing_is_written_where_nobody_listens(project, other_project, django_assert_num_queries):
    WebhookFactory(project=other_project)
    WebhookFactory(project=project, disabled_reason=DisabledReason.OWNER)
    with django_assert_num_queries(1):
        publish(project.pk, "generation.failed", lambda: pytest.fail("nobody asked"))
    assert not Message.objects.exists()


def test_each_endpoint_gets_what_it_wants(project):
    everything = WebhookFactory(project=project)
    failures = WebhookFactory(project=project, event_types=["generation.failed"])
    WebhookFactory(project=project, event_types=["generation.processing"])
    publish(project.pk, "generation.failed", empty)
    assert {delivery.endpoint for delivery in Delivery.objects.all()} == {everything, failures}
    assert Message.objects.count() == 1
    publish(project.pk, "generation.succeeded", empty)
    assert Delivery.objects.count() == 3


def test_a_deleted_endpoint_does_not_undo_the_end_of_a_job(project):
    """The row that is written for it at the same moment is never claimed, and goes with its message."""
    gone = WebhookFactory(project=project)
    message = MessageFactory(project=project)
    gone_id = gone.pk
    gone.delete()
    Delivery.objects.create(message=message, endpoint_id=gone_id)
    connection.check_constraints()


def test_old_messages_are_swept_away_in_batches(monkeypatch, settings):
    monkeypatch.setattr("projects.webhooks.outbox.BATCH", 2)
    week = timedelta(days=settings.WEBHOOK_RETENTION_DAYS)
    for _ in range(3):
        DeliveryFactory(message__created_at=Now() - week - timedelta(seconds=1))
    kept = DeliveryFactory(message__created_at=Now() - week + timedelta(minutes=1))
    assert [purge_old_messages() for _ in range(3)] == [2, 1, 0]
    assert purge_old_messages in SWEEPS
    assert list(Delivery.objects.all()) == [kept]
    assert list(Message.objects.all()) == [kept.message]


def test_a_trashed_or_missing_row_is_no_business_of_it(project):
    WebhookFactory(project=project)
    generation = GenerationFactory(project=project, trashed=True)
    services.fail_generation(generation)
    assert Generation.objects.get().status == "failed"
    assert told() == [("generation.failed", "failed")]
