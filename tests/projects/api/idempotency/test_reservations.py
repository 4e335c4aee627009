"""The rows of idempotency keys when many have a hand in them at once, and when their time is over."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from generations.worker.retention import SWEEPS, sweep_out
from projects.api.idempotency import reservations
from projects.api.idempotency.exceptions import IdempotencyKeyInUse
from projects.api.idempotency.reservations import keep_answer, purge_expired_keys, release, reserve
from projects.models import IdempotencyKey
from tests.factories import ProjectFactory

ASKED = "0" * 64


def at_once(number, function):
    """Call it from so many threads, which begin together; return what each returned, or the error's class."""
    start = threading.Barrier(number)

    def run(_):
        start.wait()
        try:
            return function()
        except IdempotencyKeyInUse as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(run, range(number)))


def expired(project, key):
    row = reserve(project, key, ASKED)
    IdempotencyKey.objects.filter(pk=row.pk).update(expires_at=Now())
    return row


@pytest.mark.django_db(transaction=True)
def test_of_many_that_reserve_a_new_key_one_has_it():
    project = ProjectFactory()
    found = at_once(12, lambda: reserve(project, "k", ASKED))
    assert found.count(IdempotencyKeyInUse) == 11


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("state", ["locked_until", "expires_at"])
def test_of_many_that_take_an_abandoned_or_expired_key_over_one_has_it(state):
    project = ProjectFactory()
    reserve(project, "k", ASKED)
    IdempotencyKey.objects.update(**{state: Now()})
    found = at_once(12, lambda: reserve(project, "k", ASKED))
    assert found.count(IdempotencyKeyInUse) == 11
    (holder,) = (row for row in found if isinstance(row, IdempotencyKey))
    assert IdempotencyKey.objects.get().token == holder.token


def test_who_lost_a_key_neither_answers_nor_releases_it(project):
    lost = reserve(project, "k", ASKED)
    IdempotencyKey.objects.update(locked_until=Now())
    holder = reserve(project, "k", ASKED)
    answer = {"status_code": 201, "headers": {}, "body": "{}"}
    with pytest.raises(IdempotencyKeyInUse):
        keep_answer(lost, project, **answer)
    release(lost)
    assert IdempotencyKey.objects.get().status_code is None
    keep_answer(holder, project, **answer)
    release(holder)
    assert IdempotencyKey.objects.get().status_code == 201


# ── Retention ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_worker_sweeps_expired_keys_out_in_batches(project, monkeypatch):
    assert purge_expired_keys in SWEEPS
    monkeypatch.setattr(reservations, "BATCH", 2)
    for number in range(5):
        expired(project, str(number))
    young = reserve(project, "young", ASKED)
    assert purge_expired_keys() == 2
    assert sweep_out(purge_expired_keys) == 3
    assert IdempotencyKey.objects.get() == young


@pytest.mark.django_db(transaction=True)
def test_a_sweep_does_not_wait_for_a_key_that_is_being_taken_over():
    project = ProjectFactory()
    taken, forgotten = expired(project, "taken"), expired(project, "forgotten")
    lock_taken, done = threading.Event(), threading.Event()

    def take_over():
        with transaction.atomic():
            reserve(project, "taken", ASKED)
            lock_taken.set()
            done.wait(10)
        connection.close()

    holder = threading.Thread(target=take_over)
    holder.start()
    lock_taken.wait(10)
    assert purge_expired_keys() == 1
    assert not IdempotencyKey.objects.filter(pk=forgotten.pk).exists()
    done.set()
    holder.join()
    assert purge_expired_keys() == 0
    assert IdempotencyKey.objects.get() == taken
