"""A disabled project's queue is held: nothing of it is painted, nor stands before others, until it is enabled."""

import pytest
from django.db.models import Q

from generations import services
from generations.models import Generation, Status
from generations.monitoring import queue_depth
from generations.queue.broker import Bell
from generations.queue.scheduling import anything_to_claim, claim_next
from generations.queue.snapshot import lookout
from generations.worker import maintenance, runner
from projects.models import Project
from tests.factories import GenerationFactory, ProjectFactory
from tests.providers import png

pytestmark = pytest.mark.django_db


@pytest.fixture
def held():
    """Three that wait, in a project that was disabled a moment ago."""
    return GenerationFactory.create_batch(3, project=ProjectFactory(is_active=False))


def enable():
    Project.objects.update(is_active=True)


def test_nothing_of_it_is_taken_and_others_have_their_turns(held, project):
    others = GenerationFactory.create_batch(2, project=project)
    assert [claim_next(Q()) for _ in range(3)] == [*others, None]
    assert not anything_to_claim(Q())
    assert Generation.objects.filter(status=Status.PENDING).count() == 3


@pytest.mark.django_db(transaction=True)
def test_what_is_in_hand_when_it_is_disabled_is_painted_to_its_end(project, provider):
    generation = GenerationFactory(project=project)

    def disable_and_paint(request):
        Project.objects.update(is_active=False)
        return png()

    provider.answer = staticmethod(disable_and_paint)
    runner.run("generations")
    generation.refresh_from_db()
    assert generation.status == Status.SUCCESS


def test_once_enabled_the_oldest_of_it_is_next(held):
    enable()
    assert claim_next(Q()) == held[0]


def test_nobody_rings_for_it_until_it_is_enabled_and_then_at_once(held, redis_url):
    bell = Bell()
    assert maintenance.ring_due(bell) == 0
    enable()
    assert maintenance.ring_due(bell) == 3
    bell.close()


def test_it_stands_before_nobody(held, api):
    lookout.forget()
    assert [api.create().json()["data"]["queuePosition"] for _ in range(3)] == [1, 2, 3]


def test_it_is_counted_apart_and_makes_no_queue_look_old(held, project):
    assert queue_depth.waiting() == queue_depth.Waiting(count=0, oldest_s=None, held=3)
    GenerationFactory(project=project)
    seen = queue_depth.waiting()
    assert (seen.count, seen.held) == (1, 3)


def test_a_held_one_can_be_canceled_and_run_again_and_stays_held(held):
    assert services.fail_generation(held[0])
    assert services.retry_generation(held[0])
    assert claim_next(Q()) is None
