"""A cancellation against the worker that it interrupts: one of the two wins, and the loser leaves nothing."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.db import connection, transaction

from generations import services
from generations.exceptions import GenerationFinished, GenerationNotFound
from generations.images.models import Image, StorageIntent
from generations.models import Attempt, Generation, Status
from generations.providers import Canceled, ErrorCode, ProviderError
from generations.queue import circuit_breaker
from generations.queue.leases import heartbeat
from generations.worker import progress, runner
from tests.claims import claim
from tests.factories import GenerationFactory
from tests.providers import Spare, png

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_S = 10
CANCELED = (Status.FAILED, "CANCELED", "Canceled by the caller.")


def cancel(generation):
    return services.cancel_generation(generation.project, str(generation.pk))


def end_of(generation):
    generation.refresh_from_db()
    return generation.status, generation.error_code, generation.error_message


def with_own_connection(step, *arguments):
    """In a thread; the refusal is returned, for the test to look at."""
    try:
        return step(*arguments)
    except (GenerationFinished, GenerationNotFound) as refusal:
        return refusal
    finally:
        connection.close()


@pytest.fixture
def threads():
    with ThreadPoolExecutor(8) as pool:
        yield lambda step, *arguments: pool.submit(with_own_connection, step, *arguments)


class Brush:
    """A provider's answer that waits in the middle for the test."""

    def __init__(self):
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.canceled = None

    def __call__(self, request):
        self.begun.set()
        assert self.go_on.wait(PATIENCE_S)
        self.canceled = request.canceled()
        return png()


@pytest.fixture
def brush(provider):
    provider.answer = brush = Brush()
    return brush


@pytest.fixture
def painting(brush, threads):
    """A generation whose worker paints, and the worker's end to wait for."""
    generation = GenerationFactory()
    worker = threads(runner.run, generation.pk)
    assert brush.begun.wait(PATIENCE_S)
    yield generation, worker
    brush.go_on.set()


# ── Who wins ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_has_failed_at_once_and_a_late_image_is_thrown_away(painting, brush, files):
    generation, worker = painting
    cancel(generation)
    assert end_of(generation) == CANCELED
    before = Generation.objects.values().get()
    brush.go_on.set()
    worker.result(PATIENCE_S)
    assert Generation.objects.values().get() == before
    assert files() == []
    assert not Image.objects.exists()
    assert not StorageIntent.objects.exists()
    assert list(generation.attempts.values_list("number", "error_code")) == [(1, "CANCELED")]


def test_a_worker_that_finishes_while_it_is_canceled_waits_and_loses(painting, brush, files):
    generation, worker = painting
    with transaction.atomic():
        cancel(generation)
        brush.go_on.set()
        time.sleep(0.5)
        assert not worker.done()
        assert len(files()) == 1
    worker.result(PATIENCE_S)
    assert end_of(generation) == CANCELED
    assert files() == []
    assert not Image.objects.exists()
    assert not StorageIntent.objects.exists()


def test_a_cancellation_waits_for_a_worker_that_is_finishing_and_is_refused(
    painting, brush, threads, files, monkeypatch
):
    generation, worker = painting
    adopt, written, go_on = runner.adopt_image, threading.Event(), threading.Event()

    def adopt_and_wait(image):
        adopt(image)
        written.set()
        assert go_on.wait(PATIENCE_S)

    monkeypatch.setattr(runner, "adopt_image", adopt_and_wait)
    brush.go_on.set()
    assert written.wait(PATIENCE_S)
    cancellation = threads(cancel, generation)
    time.sleep(0.5)
    assert not cancellation.done()
    go_on.set()
    worker.result(PATIENCE_S)
    assert isinstance(cancellation.result(PATIENCE_S), GenerationFinished)
    assert end_of(generation) == (Status.SUCCESS, "", "")
    assert files() == [generation.output_image.key]
    assert not Attempt.objects.exclude(outcome="success").exists()


def test_however_they_meet_exactly_one_of_them_wins(provider, threads, files):
    dice = random.Random(4)
    for _ in range(40):
        generation = GenerationFactory()
        worker = threads(runner.run, generation.pk)
        time.sleep(dice.uniform(0, 0.04))
        refused = isinstance(threads(cancel, generation).result(PATIENCE_S), GenerationFinished)
        worker.result(PATIENCE_S)
        assert end_of(generation) == ((Status.SUCCESS, "", "") if refused else CANCELED)
        assert (generation.output_image is not None) is refused
    assert sorted(Image.objects.values_list("key", flat=True)) == files()
    assert not StorageIntent.objects.exists()
    assert Image.objects.count() == Generation.objects.filter(status=Status.SUCCESS).count()


def test_of_many_simultaneous_cancellations_one_wins(threads):
    generation = GenerationFactory()
    answers = [future.result(PATIENCE_S) for future in [threads(cancel, generation) for _ in range(8)]]
    assert sorted(type(answer).__name__ for answer in answers) == ["Generation"] + ["GenerationFinished"] * 7


def test_a_cancellation_that_meets_a_deletion_is_not_found(threads):
    generation = GenerationFactory()
    with transaction.atomic():
        services.delete_generation(generation.project, str(generation.pk))
        cancellation = threads(cancel, generation)
        time.sleep(0.5)
        assert not cancellation.done()
    assert isinstance(cancellation.result(PATIENCE_S), GenerationNotFound)


def test_a_retry_paints_under_a_new_claim_while_the_canceled_worker_still_holds_its_brush(painting, brush, files):
    generation, worker = painting
    cancel(generation)
    services.repeat_generation(generation.project, str(generation.pk))
    again = claim(generation)
    brush.go_on.set()
    worker.result(PATIENCE_S)
    assert (end_of(generation)[0], generation.attempt) == (Status.PROCESSING, 2)
    assert again.claim == generation.claim
    assert files() == []


# ── How a provider hears of it ───────────────────────────────────────────────────────────────────────────────────────


def test_a_provider_in_this_process_hears_of_it_at_once(painting, brush):
    generation, worker = painting
    cancel(generation)
    brush.go_on.set()
    worker.result(PATIENCE_S)
    assert brush.canceled is True


def test_one_that_nobody_canceled_hears_nothing(painting, brush):
    _, worker = painting
    brush.go_on.set()
    worker.result(PATIENCE_S)
    assert brush.canceled is False


def test_a_cancellation_that_is_rolled_back_is_not_heard(painting, brush):
    generation, worker = painting
    with transaction.atomic():
        cancel(generation)
        transaction.set_rollback(True)
    brush.go_on.set()
    worker.result(PATIENCE_S)
    assert brush.canceled is False
    assert end_of(generation)[0] == Status.SUCCESS


@contextmanager
def held(generation):
    with heartbeat.keep(claim(generation).claim) as lost:
        yield lost


def canceled_elsewhere(generation):
    """As another process would see to it: here, only the row tells of it."""
    Generation.objects.filter(pk=generation.pk).update(status=Status.FAILED)


def test_elsewhere_the_next_heartbeat_tells():
    generation, other = GenerationFactory(), GenerationFactory()
    with held(generation) as lost, held(other) as others:
        heartbeat.beat()
        assert not lost.is_set()
        canceled_elsewhere(generation)
        heartbeat.beat()
        assert lost.is_set()
        assert not others.is_set()


def test_or_the_next_report_of_progress_if_that_comes_first():
    generation = GenerationFactory()
    with held(generation) as lost:
        report = progress.Progress(Generation.objects.get(pk=generation.pk).claim, lost)
        canceled_elsewhere(generation)
        report(0.5)
        assert lost.is_set()


def test_a_deletion_stops_the_provider_too(painting, brush):
    generation, worker = painting
    services.delete_generation(generation.project, str(generation.pk))
    brush.go_on.set()
    worker.result(PATIENCE_S)
    assert brush.canceled is True


# ── What follows when a provider stops ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def stopping(settings, provider, monkeypatch):
    """The first of two providers, which stops when its generation is canceled while it paints."""
    monkeypatch.setattr(Spare, "calls", 0)
    settings.IMAGE_PROVIDERS = {
        "first": {"BACKEND": "tests.providers.Scripted"},
        "second": {"BACKEND": "tests.providers.Spare"},
    }
    settings.IMAGE_PROVIDER_CHAIN = ["first", "second"]

    def stop(request):
        cancel(Generation.objects.get())
        request.stop_if_canceled()
        raise AssertionError("it did not stop")

    provider.answer = staticmethod(stop)
    return provider


def test_no_other_provider_is_asked_and_no_attempt_is_spent(stopping):
    generation = GenerationFactory()
    runner.run("generations")
    assert end_of(generation) == CANCELED
    assert (stopping.calls, Spare.calls, generation.retries) == (1, 0, 0)
    assert generation.attempts.count() == 1


def test_one_that_fails_instead_of_stopping_is_not_followed_by_another_either(stopping):
    def fail(request):
        cancel(Generation.objects.get())
        raise ProviderError("Busy.", code=ErrorCode.PROVIDER_UNAVAILABLE)

    stopping.answer = staticmethod(fail)
    generation = GenerationFactory()
    runner.run("generations")
    assert end_of(generation) == CANCELED
    assert (Spare.calls, generation.retries) == (0, 0)


def test_the_breaker_neither_counts_it_nor_takes_it_for_a_sign_of_life(stopping):
    dead = ProviderError("Down.", code=ErrorCode.PROVIDER_UNAVAILABLE)
    for _ in range(circuit_breaker.FAILURES_IN_A_ROW - 1):
        circuit_breaker.Breakers().note_failure("first", uuid4(), dead, 0)
    GenerationFactory()
    runner.run("generations")
    last = circuit_breaker.Breakers().look()
    assert last.lets_pass("first")
    last.note_failure("first", uuid4(), dead, 0)
    assert not last.look().lets_pass("first")


def test_what_stops_without_a_reason_is_left_to_its_lease(provider):
    """Beyond the job's deadline the lease is not renewed, though nobody has canceled: that counts as a death."""

    def stop(request):
        raise Canceled

    provider.answer = staticmethod(stop)
    generation = GenerationFactory()
    runner.run("generations")
    assert end_of(generation)[0] == Status.PROCESSING
    assert not Attempt.objects.exists()
