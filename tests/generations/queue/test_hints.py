"""What a worker makes of a hint, and how a project at its limit is rung for again."""

from uuid import uuid4

import pytest
import redis
from django.db.models.functions import Now

from generations.models import Generation, Status
from generations.queue.broker import Bell
from generations.queue.notifier import Ringer
from generations.worker import maintenance, tasks
from tests.factories import GenerationFactory, ProjectFactory
from tests.generations.queue.test_notifier import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hints(redis_url, monkeypatch):
    """How many hints lie in a queue of the broker, now."""
    monkeypatch.setattr(tasks, "ringer", Ringer())
    client = redis.Redis.from_url(redis_url)
    return lambda queue="generations": client.llen(queue)


@pytest.fixture
def bell(redis_url):
    bell = Bell()
    yield bell
    bell.close()


def done():
    return Generation.objects.filter(status=Status.SUCCESS).count()


@pytest.mark.parametrize("hint", ["generations", str(uuid4()), ""], ids=["a queue", "of a version before", "nothing"])
def test_a_worker_takes_what_is_next_whatever_the_hint_names(provider, hint):
    GenerationFactory()
    tasks.run_generation(hint)
    assert done() == 1


def test_a_hint_of_a_version_before_is_for_the_queue_in_which_it_lay(provider, settings):
    settings.IMAGE_PROVIDERS |= {"local": {"BACKEND": "tests.providers.OnGpu"}}
    assert tasks.queue_of_hint(str(uuid4()), {"exchange": "", "routing_key": "gpu"}) == "gpu"
    assert tasks.queue_of_hint("gpu", {"exchange": "", "routing_key": "bench"}) == "gpu"


def test_the_end_of_a_job_rings_for_its_projects_next_where_there_is_a_limit(provider, hints):
    GenerationFactory(project__max_concurrent=1)
    tasks.run_generation("generations")
    assert wait_for(hints) == 1


def test_without_a_limit_each_job_has_its_own_hint(provider, hints, monkeypatch):
    monkeypatch.setattr(tasks.ringer, "ring_soon", lambda queue: pytest.fail("rung"))
    GenerationFactory()
    tasks.run_generation("generations")
    assert done() == 1


def test_a_relay_leaves_a_project_at_its_limit_alone(bell, hints):
    project = ProjectFactory(max_concurrent=1)
    GenerationFactory(project=project, processing=True)
    GenerationFactory.create_batch(3, project=project, ring_at=Now())
    assert [maintenance.ring_due(bell), hints()] == [0, 0]
    Generation.objects.filter(status=Status.PROCESSING).delete()
    assert [maintenance.ring_due(bell), hints()] == [1, 1]


def test_a_relay_rings_no_more_than_a_limit_has_room_for(bell, hints, settings):
    settings.MAX_CONCURRENT = 3
    project = ProjectFactory()
    GenerationFactory(project=project, processing=True)
    GenerationFactory.create_batch(5, project=project, ring_at=Now())
    GenerationFactory.create_batch(5, project=ProjectFactory(max_concurrent=0), ring_at=Now())
    assert maintenance.ring_due(bell) == 2 + 5
    assert hints() == 7


def test_a_project_at_its_limit_keeps_no_other_from_being_rung_for(bell, hints, monkeypatch):
    monkeypatch.setattr(maintenance, "BATCH", 2)
    project = ProjectFactory(max_concurrent=1)
    GenerationFactory(project=project, processing=True)
    GenerationFactory.create_batch(5, project=project, ring_at=Now())
    GenerationFactory(ring_at=Now())
    assert [maintenance.ring_due(bell), hints()] == [1, 1]
