"""A worker that is ended in the middle of a job gives it back: another one takes it at once, and that is no death."""

import pytest
from django.db.models import Q

from generations import services
from generations.models import AbandonedClaim, Attempt, Generation, Outcome, Status
from generations.queue.leases import Heartbeat, heartbeat
from generations.queue.scheduling import claim_next
from generations.worker import runner
from tests.factories import GenerationFactory, ProjectFactory
from tests.providers import png

pytestmark = pytest.mark.django_db(transaction=True)

COMMON = "generations"


@pytest.fixture
def holding():
    """A worker that has one in hand; its project may have no second."""
    GenerationFactory(project=ProjectFactory(max_concurrent=1))
    mine, claimed = Heartbeat(), claim_next(Q())
    with mine.keep(claimed.claim) as lost:
        yield mine, claimed, lost


def test_it_waits_again_at_once_and_nothing_is_counted_against_it(holding):
    mine, claimed, lost = holding
    mine.give_back()
    assert lost.is_set()
    row = Generation.objects.get()
    assert (row.status, row.deaths, row.retries, row.lease_until) == (Status.PENDING, 0, 0, None)
    assert list(Generation.objects.due_for_a_ring()) == [row]
    assert claim_next(Q()) == claimed
    note = Attempt.objects.get()
    assert (note.number, note.outcome, note.error_code) == (1, Outcome.LOST, "WORKER_LOST")
    assert note.error_message == "The worker was ended while making this image."


def test_a_second_time_does_nothing(holding):
    mine, _, _ = holding
    mine.give_back()
    again = claim_next(Q())
    mine.give_back()
    assert Generation.objects.get().claim == again.claim
    assert Generation.objects.get().status == Status.PROCESSING


@pytest.mark.parametrize("end", [services.fail_generation, services.purge_generation])
def test_of_what_was_canceled_or_deleted_it_lets_go(holding, end):
    mine, claimed, _ = holding
    end(claimed)
    mine.give_back()
    assert not AbandonedClaim.objects.exists()
    assert not Generation.objects.filter(status=Status.PENDING).exists()


def test_a_picture_that_comes_in_the_last_moment_is_thrown_away(provider, files):
    def paint(request):
        heartbeat.give_back()
        return png()

    provider.answer = staticmethod(paint)
    generation = GenerationFactory()
    runner.run(COMMON)
    generation.refresh_from_db()
    assert (generation.status, generation.attempt) == (Status.PENDING, 1)
    assert files() == []
    provider.answer = staticmethod(lambda request: png())
    runner.run(COMMON)
    generation.refresh_from_db()
    assert (generation.status, generation.attempt, generation.deaths) == (Status.SUCCESS, 2, 0)
