"""A claim counts in its project's MAX_CONCURRENT until its worker lets go, whatever became of its generation."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from generations import services
from generations.models import AbandonedClaim, Generation, Status, purge_abandoned_claims
from generations.providers import ErrorCode, ProviderError
from generations.queue.broker import Bell
from generations.queue.leases import Heartbeat
from generations.queue.scheduling import claim_next, rooms
from generations.worker import claiming, maintenance, runner
from tests.factories import GenerationFactory, ProjectFactory
from tests.providers import png

pytestmark = pytest.mark.django_db(transaction=True)

COMMON = "generations"
PATIENCE_S = 10


@pytest.fixture
def limited():
    """A project with one at a time, and two that wait."""
    project = ProjectFactory(max_concurrent=1)
    GenerationFactory.create_batch(2, project=project)
    return project


def cancel(generation):
    services.cancel_generation(generation.project, str(generation.pk))


def cancel_and_repeat(generation):
    cancel(generation)
    services.repeat_generation(generation.project, str(generation.pk))


def delete(generation):
    services.delete_generation(generation.project, str(generation.pk))


END = pytest.mark.parametrize(
    "end", [cancel, cancel_and_repeat, delete, services.fail_generation, services.purge_generation]
)


@END
def test_what_is_ended_in_the_middle_keeps_its_share(limited, end):
    claimed = claim_next(Q())
    end(claimed)
    assert claim_next(Q()) is None
    assert rooms() == {limited.pk: 0}
    AbandonedClaim.objects.let_go(claimed.claim)
    assert claim_next(Q()) is not None


@END
def test_what_only_waits_has_none(limited, end):
    end(Generation.objects.waiting()[0])
    assert not AbandonedClaim.objects.exists()
    assert claim_next(Q()) is not None


@END
def test_a_dead_workers_share_comes_back_with_its_lease(limited, end):
    end(claim_next(Q()))
    AbandonedClaim.objects.update(lease_until=Now())
    assert claim_next(Q()) is not None
    assert purge_abandoned_claims() == 0  # a worker that was only paused may still paint
    AbandonedClaim.objects.update(abandoned_at=Now() - timedelta(hours=1))
    assert purge_abandoned_claims() == 1


def test_nor_does_one_keep_it_whose_lease_had_run_out_before(limited):
    claimed = claim_next(Q())
    Generation.objects.filter(pk=claimed.pk).update(lease_until=Now())
    delete(claimed)
    assert claim_next(Q()) is not None


@END
def test_a_worker_that_paints_on_renews_it(limited, end):
    claimed, heartbeat = claim_next(Q()), Heartbeat()
    with heartbeat.keep(claimed.claim) as lost:
        end(claimed)
        heartbeat.beat()
        assert lost.is_set()
        AbandonedClaim.objects.update(lease_until=Now())
        heartbeat.beat()
        assert AbandonedClaim.objects.in_hand().count() == 1


def test_but_no_longer_than_a_job_may_last(limited):
    claimed = claim_next(Q())
    delete(claimed)
    AbandonedClaim.objects.update(abandoned_at=Now() - timedelta(hours=1))
    assert not AbandonedClaim.objects.renew_lease(claimed.claim)


def paint_and(end, answer):
    """A provider's answer that is ended in the middle and sees who may paint beside it."""

    def paint(request):
        (generation,) = Generation.objects.filter(status=Status.PROCESSING)
        with ThreadPoolExecutor(1) as another:
            another.submit(with_own_connection, end, generation).result(PATIENCE_S)
            beside.append(another.submit(with_own_connection, claiming.take, COMMON).result(PATIENCE_S))
        return answer(request)

    beside = []
    return paint, beside


def with_own_connection(step, *arguments):
    try:
        return step(*arguments)
    finally:
        connection.close()


def refuse(request):
    raise ProviderError("Busy.", code=ErrorCode.PROVIDER_UNAVAILABLE)


def stop(request):
    request.stop_if_canceled()
    raise AssertionError("not stopped")


@END
@pytest.mark.parametrize("answer", [lambda request: png(), refuse, stop], ids=["a picture", "an error", "a stop"])
def test_nobody_paints_beside_it_and_however_it_ends_the_worker_lets_go(limited, provider, end, answer):
    paint, beside = paint_and(end, answer)
    provider.answer = staticmethod(paint)
    runner.run(COMMON)
    assert beside == [None]
    assert not AbandonedClaim.objects.exists()
    assert claiming.take(COMMON) is not None


def test_no_relay_rings_for_its_project_meanwhile(limited, redis_url):
    delete(claim_next(Q()))
    Generation.objects.update(ring_at=Now())
    bell = Bell()
    assert maintenance.ring_due(bell) == 0
    AbandonedClaim.objects.update(lease_until=Now())
    assert maintenance.ring_due(bell) == 1
    bell.close()


def test_a_limit_is_exact_while_many_are_canceled_and_claimed_at_once():
    limited = ProjectFactory(max_concurrent=2)
    GenerationFactory.create_batch(40, project=limited)
    holding, most, lock, start = set(), [], threading.Lock(), threading.Barrier(6)

    def work():
        start.wait()
        for _ in range(8):
            if generation := claiming.take(COMMON):
                with lock:
                    holding.add(generation.claim)
                    most.append(len(holding))
                services.fail_generation(generation)
                with lock:
                    holding.discard(generation.claim)
                AbandonedClaim.objects.let_go(generation.claim)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 2
