"""A provider with a queue of its own: its jobs are rung there, and nowhere else."""

import json

import pytest
import redis
from django.db.models.functions import Now
from kombu import Queue

from config.celery import app
from generations import services
from generations.models import Generation
from generations.monitoring.queue_depth import hints_waiting
from generations.queue import routing
from generations.queue.notifier import Ringer
from generations.services import creation
from generations.worker import maintenance
from tests.factories import GenerationFactory, ProjectFactory
from tests.generations.queue.test_notifier import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def providers(settings):
    settings.IMAGE_PROVIDERS = {
        "hosted": {"BACKEND": "tests.providers.Painter"},
        "local": {"BACKEND": "tests.providers.OnGpu"},
    }
    settings.IMAGE_PROVIDER_CHAIN = ["hosted"]


@pytest.fixture
def rung(redis_url):
    """How many hints lie in a queue of the broker, now; each names that queue."""
    client = redis.Redis.from_url(redis_url)

    def count(queue):
        hints = [json.loads(hint)["headers"]["argsrepr"] for hint in client.lrange(queue, 0, -1)]
        assert set(hints) <= {f"('{queue}',)"}
        return len(hints)

    return count


def waiting(image_provider=""):
    return GenerationFactory(project__image_provider=image_provider, ring_at=Now())


def test_a_relay_rings_each_row_in_its_own_queue(bell, rung):
    for image_provider in ("", "local", "hosted"):
        waiting(image_provider)
    assert maintenance.ring_due(bell) == 3
    assert (rung("generations"), rung("gpu")) == (2, 1)


def test_a_queue_that_is_full_keeps_no_other_from_being_rung(bell, rung, monkeypatch):
    monkeypatch.setattr(maintenance, "BATCH", 2)
    for image_provider in ("", "", "", "local"):
        waiting(image_provider)
    assert maintenance.ring_due(bell) == 3
    Generation.objects.update(ring_at=Now())
    assert maintenance.ring_due(bell) == 1
    assert (rung("generations"), rung("gpu")) == (2, 2)


def test_the_chains_first_decides_for_projects_without_a_choice(bell, rung, settings):
    settings.IMAGE_PROVIDER_CHAIN = ["local", "hosted"]
    for image_provider in ("", "", "hosted"):
        waiting(image_provider)
    maintenance.ring_due(bell)
    assert (rung("gpu"), rung("generations")) == (2, 1)


def test_a_projects_provider_that_is_configured_no_more_waits_in_the_common_queue(bell, rung):
    waiting("gone")
    maintenance.ring_due(bell)
    assert rung("generations") == 1


def test_a_new_generation_is_rung_for_where_it_belongs(rung, monkeypatch):
    monkeypatch.setattr(creation, "ringer", Ringer())
    services.create_generation(ProjectFactory(image_provider="local"), prompt="a cat")
    assert wait_for(lambda: rung("gpu")) == 1
    assert rung("generations") == 0


def test_one_that_is_run_again_is_rung_for_where_it_belongs(rung, monkeypatch):
    monkeypatch.setattr(creation, "ringer", Ringer())
    generation = GenerationFactory(failed=True, project__image_provider="local")
    services.retry_generation(generation)
    assert wait_for(lambda: rung("gpu")) == 1


def test_hints_of_all_queues_are_counted(bell):
    bell.ring()
    bell.ring(queue="gpu")
    assert hints_waiting() == 2


def test_to_ring_for_others_makes_no_worker_take_their_jobs(bell):
    """Celery adds each queue that it hears the name of to those that it consumes from."""
    bell.ring(queue="gpu")
    bell.unanswered("gpu")
    assert list(app.amqp.queues) == ["generations"]


def test_a_worker_finds_its_queue_as_it_was_declared():
    """RabbitMQ refuses a queue that is declared in two ways: Celery's -Q gpu, and ours."""
    from generations.queue.broker import queue_named

    queues = app.amqp.Queues({}, create_missing=True)
    celerys: Queue = queues["gpu"]
    ours = queue_named("gpu")
    for name in ("name", "routing_key", "durable", "auto_delete", "exclusive", "queue_arguments"):
        assert getattr(ours, name) == getattr(celerys, name), name
    assert (ours.exchange.name, ours.exchange.type) == (celerys.exchange.name, celerys.exchange.type)


@pytest.mark.parametrize(("chain", "queues"), [(["hosted"], {"gpu": ["local"]}), (["local"], {"gpu": ["", "local"]})])
def test_which_projects_a_queue_is_for(settings, chain, queues):
    settings.IMAGE_PROVIDER_CHAIN = chain
    assert routing.special_queues() == queues
    assert routing.all_queues() == ["generations", "gpu"]
