"""Points 1, 9 and 10 of the protocol: what the relay of any worker does for rows that nobody else sees to."""

import threading
import time
from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models.functions import Now

from generations.models import Attempt, Generation, Outcome, Status
from generations.queue.broker import Bell, BellSilent
from generations.worker import background, maintenance, runner
from tests.claims import claim
from tests.factories import GenerationFactory

pytestmark = pytest.mark.django_db

PAST = timedelta(seconds=-1)


@pytest.fixture
def rung(redis_url):
    """How many hints lie in the broker's queue, now."""
    client = redis.Redis.from_url(redis_url)
    return lambda: client.llen("generations")


def left_to_ring():
    """The generations that a relay would still ring for."""
    return list(Generation.objects.due_for_a_ring())


def waiting(**fields):
    return GenerationFactory(**{"next_attempt_at": Now() + PAST, "ring_at": Now() + PAST} | fields)


def running(**fields):
    generation = claim(waiting())
    Generation.objects.filter(pk=generation.pk).update(**fields)
    return generation


# ── Ringing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_generation_that_nobody_rang_for_is_rung(bell, rung):
    waiting()
    assert maintenance.ring_due(bell) == 1
    assert rung() == 1


def test_a_broker_that_lost_everything_is_told_again(bell, rung, redis_url):
    waiting()
    maintenance.ring_due(bell)
    redis.Redis.from_url(redis_url).flushdb()
    Generation.objects.update(ring_at=Now() + PAST)
    maintenance.ring_due(bell)
    assert rung() == 1


def test_it_is_not_rung_again_at_once(bell, rung):
    waiting()
    assert [maintenance.ring_due(bell), maintenance.ring_due(bell)] == [1, 0]
    assert rung() == 1


def test_while_hints_wait_in_plenty_no_more_are_made(bell, rung, monkeypatch):
    monkeypatch.setattr(maintenance, "BATCH", 3)
    for _ in range(5):
        waiting()
    assert maintenance.ring_due(bell) == 3
    Generation.objects.update(ring_at=Now() + PAST)
    assert maintenance.ring_due(bell) == 0
    assert rung() == 3


@pytest.mark.parametrize(
    "not_yet",
    [
        {"ring_at": Now() + timedelta(seconds=5)},
        {"next_attempt_at": Now() + timedelta(seconds=5)},
        {"deleted_at": Now()},
        {"status": Status.PROCESSING},
        {"status": Status.SUCCESS},
        {"status": Status.FAILED},
    ],
    ids=["left to the ringer", "not due", "in the trash", "processing", "success", "failed"],
)
def test_what_is_not_waiting_is_not_rung(bell, rung, not_yet):
    waiting(**not_yet)
    assert maintenance.ring_due(bell) == 0
    assert rung() == 0


def test_the_oldest_are_rung_first(bell, rung, monkeypatch):
    monkeypatch.setattr(maintenance, "BATCH", 1)
    newer = waiting()
    waiting(ring_at=Now() - timedelta(minutes=1))
    maintenance.ring_due(bell)
    assert left_to_ring() == [newer]


@pytest.mark.django_db(transaction=True)
def test_two_relays_never_ring_for_the_same_generation(rung, redis_url):
    for _ in range(20):
        waiting()
    start = threading.Barrier(4)

    def ring():
        start.wait()
        maintenance.ring_due(Bell())
        connection.close()

    threads = [threading.Thread(target=ring) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rung() == 20


@pytest.mark.django_db(transaction=True)
def test_a_relay_does_not_wait_for_rows_that_another_one_has_locked(bell, rung):
    locked, _free = waiting(), waiting()
    lock_taken, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Generation.objects.select_for_update().get(pk=locked.pk)
            lock_taken.set()
            done.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    lock_taken.wait(10)
    assert maintenance.ring_due(bell) == 1
    done.set()
    holder.join()
    assert left_to_ring() == [locked]


def test_a_broker_that_is_down_loses_nothing(monkeypatch):
    bell = Bell()
    monkeypatch.setenv("CELERY_BROKER_WRITE_URL", "redis://127.0.0.1:1/0")
    generation = waiting()
    with pytest.raises(BellSilent):
        maintenance.ring_due(bell)
    generation.refresh_from_db()
    assert generation.status == Status.PENDING


# ── Freeing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_generation_whose_worker_died_is_given_back_to_the_queue():
    generation = running(lease_until=Now() + PAST)
    assert maintenance.free_stalled() == 1
    generation.refresh_from_db()
    assert (generation.status, generation.deaths, generation.retries) == (Status.PENDING, 1, 0)
    assert claim(generation).attempt == 2
    attempt = Attempt.objects.get()
    assert (attempt.number, attempt.outcome) == (1, Outcome.LOST)
    assert attempt.error_message == "The worker stopped while making this image."
    assert attempt.error_code == "WORKER_LOST"


def test_a_worker_that_lives_is_left_alone():
    generation = running()
    assert maintenance.free_stalled() == 0
    generation.refresh_from_db()
    assert generation.status == Status.PROCESSING


def test_the_lease_is_noticed_within_17_seconds():
    assert settings.LEASE_S + settings.RELAY_INTERVAL_S <= 17


def test_a_prompt_that_kills_three_workers_fails():
    generation = running()
    for _ in range(3):
        Generation.objects.update(lease_until=Now() + PAST)
        maintenance.free_stalled()
        claim(generation)
    generation.refresh_from_db()
    assert (generation.status, generation.deaths, generation.retry_count) == (Status.FAILED, 3, 2)
    assert generation.error_message == "The image could not be made: its worker stopped several times."
    assert generation.error_code == "WORKER_LOST"
    assert generation.finished_at is not None


def test_deaths_do_not_spend_the_retries_nor_retries_the_deaths(provider):
    from generations.providers import ErrorCode, ProviderError

    def busy(request):
        raise ProviderError("Nothing.", code=ErrorCode.NO_IMAGE_RETURNED)

    generation = running(lease_until=Now() + PAST)
    maintenance.free_stalled()
    claim(generation)
    Generation.objects.update(lease_until=Now() + PAST)
    maintenance.free_stalled()
    provider.answer = staticmethod(busy)
    for _ in range(3):
        Generation.objects.update(next_attempt_at=Now())
        runner.run("generations")
    generation.refresh_from_db()
    assert (generation.status, generation.deaths, generation.retries) == (Status.PENDING, 2, 3)


def test_one_round_frees_a_thousand_rows_in_batches(monkeypatch):
    monkeypatch.setattr(maintenance, "BATCH", 4)
    for _ in range(6):
        running(lease_until=Now() + PAST)
    assert [maintenance.free_stalled(), maintenance.free_stalled(), maintenance.free_stalled()] == [4, 2, 0]


@pytest.fixture
def short_beats(settings, monkeypatch):
    """A beat each half second, and as soon after one that has failed."""
    settings.HEARTBEAT_S = 0.25
    monkeypatch.setattr(maintenance, "BEAT_AGAIN_AFTER_S", 0.25)
    return 0.5


def away():
    raise OperationalError("server closed the connection unexpectedly")


def test_after_an_outage_a_worker_that_lives_has_the_time_for_a_heartbeat(short_beats, monkeypatch):
    """All leases ran out meanwhile, and what living workers have in hand is paid for."""
    freeing, alive, dead = maintenance.Freeing(), running(), running()
    freeing()
    time.sleep(short_beats)
    with monkeypatch.context() as outage:
        outage.setattr(maintenance, "is_anything_stalled", away)
        for _ in range(3):
            with pytest.raises(OperationalError):
                freeing()
        Generation.objects.update(lease_until=Now() + PAST)
    freeing()
    assert Generation.objects.renew_lease(alive.claim)
    time.sleep(short_beats)
    freeing()
    assert list(Generation.objects.filter(deaths=1)) == [dead]


@pytest.mark.django_db(transaction=True)
def test_an_outage_is_seen_where_there_is_nothing_to_free_and_nothing_can_be_written(short_beats):
    freeing = maintenance.Freeing()
    freeing()
    time.sleep(short_beats)
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    with pytest.raises(OperationalError):
        freeing()
    connection.close()
    generation = running(lease_until=Now() + PAST)
    freeing()
    generation.refresh_from_db()
    assert generation.deaths == 0


def test_a_database_that_is_always_slow_puts_off_freeing_and_does_not_end_it(short_beats, monkeypatch):
    looks = []

    def look_slowly():
        looks.append(time.sleep(short_beats))
        return True

    monkeypatch.setattr(maintenance, "is_anything_stalled", look_slowly)
    freeing, generation = maintenance.Freeing(), running(lease_until=Now() + PAST)
    while Generation.objects.get(pk=generation.pk).deaths == 0:
        freeing()
        assert len(looks) < 4


def test_without_an_outage_what_has_lapsed_is_freed_at_once(short_beats):
    freeing = maintenance.Freeing()
    freeing()
    time.sleep(short_beats)
    generation = running(lease_until=Now() + PAST)
    freeing()
    generation.refresh_from_db()
    assert generation.deaths == 1


# ── The thread ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def running_relay(settings, monkeypatch, redis_url):
    """Start a relay whose duties are replaced by those of the test."""
    settings.RELAY_INTERVAL_S = 0.01
    started = []

    def start(**duties):
        for name, duty in duties.items():
            monkeypatch.setattr(background if hasattr(background, name) else maintenance, name, duty)
        started.append(background.Relay())
        started[0].start()

    yield start
    started[0].stop()
    for thread in started[0].threads:
        thread.join(10)
        assert not thread.is_alive()


@pytest.mark.django_db(transaction=True)
def test_a_duty_that_fails_does_not_keep_the_others_from_theirs(running_relay):
    rung = threading.Event()

    def crash():
        raise RuntimeError("a bug")

    running_relay(is_anything_stalled=crash, ring_due=lambda bell: rung.set())
    assert rung.wait(10)


@pytest.mark.django_db(transaction=True)
def test_sweeps_come_seldom_and_a_broken_one_does_not_keep_the_others_from_theirs(running_relay, settings):
    swept, often = threading.Event(), threading.Event()
    rounds = []

    def crash():
        raise RuntimeError("a bug")

    def sweep():
        swept.set()
        return 0

    def look():
        rounds.append(swept.is_set())
        if len(rounds) > 20:
            often.set()

    settings.SWEEP_INTERVAL_S = 1
    running_relay(SWEEPS=(crash, sweep), is_anything_stalled=look)
    assert often.wait(10)
    assert swept.wait(10)
    assert not any(rounds[:10])


def test_a_sweep_is_once_a_minute():
    assert settings.SWEEP_INTERVAL_S == 60


@pytest.mark.django_db(transaction=True)
def test_no_row_waits_for_a_storage_that_hangs(running_relay):
    freed, storage_back = threading.Event(), threading.Event()
    running_relay(collect_due_intents=lambda: storage_back.wait(10), is_anything_stalled=freed.set)
    assert freed.wait(10)
    storage_back.set()
