"""Points 2, 3 and 4 of the protocol: one conditional claim, a fence on every later write, the database's clock."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from generations.models import Claim, Generation, Status
from generations.queue.scheduling import claim_next
from tests.claims import claim
from tests.factories import GenerationFactory

pytestmark = pytest.mark.django_db


def database_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: datetime = cursor.fetchone()[0]
        return now


def test_a_claim_takes_a_pending_generation():
    generation = GenerationFactory()
    claimed = claim(generation)
    assert claimed is not None
    assert (claimed.status, claimed.attempt) == (Status.PROCESSING, 1)
    assert claimed.started_at is not None
    assert claimed.lease_until is not None
    assert claimed.lease_until - claimed.started_at == timedelta(seconds=15)


@pytest.mark.parametrize("status", [Status.PROCESSING, Status.SUCCESS, Status.FAILED])
def test_only_a_pending_generation_can_be_claimed(status):
    generation = GenerationFactory(status=status, attempt=1)
    assert claim(generation) is None
    generation.refresh_from_db()
    assert (generation.status, generation.attempt) == (status, 1)


def test_where_nothing_waits_nothing_is_claimed():
    assert claim_next(Q()) is None


def test_a_generation_in_the_trash_is_not_claimed():
    assert claim(GenerationFactory(deleted_at=Now())) is None


def test_a_generation_is_not_claimed_before_its_next_attempt_is_due():
    generation = GenerationFactory(next_attempt_at=Now() + timedelta(seconds=5))
    assert claim(generation) is None


@pytest.mark.django_db(transaction=True)
def test_of_many_simultaneous_claims_one_wins():
    generation = GenerationFactory()
    start = threading.Barrier(8)
    winners = []

    def take():
        start.wait()
        winners.append(claim(generation))
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([winner for winner in winners if winner]) == 1
    generation.refresh_from_db()
    assert generation.attempt == 1


WRITES: dict[str, Callable[[Claim], bool]] = {
    "heartbeat": Generation.objects.renew_lease,
    "success": lambda claim: Generation.objects.finish(claim, status=Status.SUCCESS),
    "postponement": lambda claim: Generation.objects.finish(claim, status=Status.PENDING),
    "failure": lambda claim: Generation.objects.finish(claim, status=Status.FAILED),
}


@pytest.mark.parametrize("write", WRITES)
def test_a_worker_that_lost_its_claim_changes_nothing(write):
    late = claim(GenerationFactory())
    Generation.objects.filter(pk=late.pk).update(status=Status.PENDING)
    claim(late)
    before = Generation.objects.values().get(pk=late.pk)
    assert WRITES[write](late.claim) is False
    assert Generation.objects.values().get(pk=late.pk) == before


@pytest.mark.parametrize("write", WRITES)
def test_nothing_is_written_after_the_end(write):
    ended = claim(GenerationFactory())
    Generation.objects.filter(pk=ended.pk).update(status=Status.FAILED)
    before = Generation.objects.values().get(pk=ended.pk)
    assert WRITES[write](ended.claim) is False
    assert Generation.objects.values().get(pk=ended.pk) == before


@pytest.mark.parametrize("write", WRITES)
def test_the_holder_of_the_claim_may_write(write):
    assert WRITES[write](claim(GenerationFactory()).claim) is True


def test_a_heartbeat_extends_the_lease():
    generation = claim(GenerationFactory())
    Generation.objects.filter(pk=generation.pk).update(lease_until=Now() + timedelta(seconds=1))
    Generation.objects.renew_lease(generation.claim)
    generation.refresh_from_db()
    assert generation.lease_until - database_now() > timedelta(seconds=14)


def test_a_lease_is_not_extended_beyond_the_jobs_deadline(settings):
    generation = claim(GenerationFactory())
    Generation.objects.filter(pk=generation.pk).update(
        started_at=Now() - timedelta(seconds=settings.JOB_DEADLINE_S + 1)
    )
    assert Generation.objects.renew_lease(generation.claim) is False


def test_a_worker_whose_clock_is_hours_ahead_neither_claims_early_nor_leases_long(monkeypatch):
    class HoursAhead(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(UTC) + timedelta(hours=2)

    monkeypatch.setattr("django.utils.timezone.now", HoursAhead.now)
    monkeypatch.setattr("django.utils.timezone.datetime", HoursAhead)
    monkeypatch.setattr("time.time", lambda: HoursAhead.now().timestamp())
    assert claim(GenerationFactory(next_attempt_at=Now() + timedelta(hours=1))) is None
    generation = claim(GenerationFactory())
    assert timedelta(seconds=13) < generation.lease_until - database_now() <= timedelta(seconds=15)
