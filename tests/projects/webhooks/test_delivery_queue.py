"""Whose turn it is, who has it, and what follows: conditional UPDATEs on the database's clock."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from projects.webhooks import delivery_queue
from projects.webhooks.delivery_queue import claim, is_anything_due, settle
from projects.webhooks.models import Delivery, DisabledReason, Endpoint, Status
from projects.webhooks.sender import Result
from tests.factories import DeliveryFactory, WebhookFactory

pytestmark = pytest.mark.django_db

GOOD, BAD, GONE = (
    Result(200, "", "ok", 12),
    Result(500, "It answered 500.", "oops", 12),
    Result(410, "It answered 410."),
)


def take(limit=100, *, failing=False):
    return claim(limit, failing=failing)


def again(delivery):
    delivery.refresh_from_db()
    return delivery


def fail_now(delivery, result=BAD):
    """Have it due, claimed and failed once more."""
    Delivery.objects.filter(pk=delivery.pk).update(next_attempt_at=Now() - timedelta(seconds=1))
    Endpoint.objects.update(failing_since=None)
    (taken,) = take()
    settle((taken, result))
    return again(delivery)


def seconds_until_next(delivery) -> float:
    left = Delivery.objects.filter(pk=delivery.pk).values_list(F("next_attempt_at") - Now(), flat=True)[0]
    return float(left.total_seconds())


# ── Claiming ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_due_is_claimed_once():
    delivery = DeliveryFactory()
    (taken,) = take()
    assert (taken, taken.attempt, taken.status) == (delivery, 1, Status.PENDING)
    assert (taken.endpoint, taken.message) == (delivery.endpoint, delivery.message)
    assert abs(taken.database_time - timezone.now()) < timedelta(minutes=1)
    assert take() == []
    assert not is_anything_due()


@pytest.mark.parametrize(
    "fields",
    [
        {"next_attempt_at": timezone.now() + timedelta(hours=1)},
        {"delivered": True},
        {"failed": True},
        {"endpoint__disabled_reason": DisabledReason.OWNER},
        {"endpoint__disabled_reason": DisabledReason.GONE},
    ],
)
def test_nothing_else_is(fields):
    DeliveryFactory(**fields)
    assert take() == []
    assert take(failing=True) == []


def test_a_dead_workers_delivery_is_taken_over_after_its_lease_and_its_result_comes_too_late():
    delivery = DeliveryFactory()
    (dead,) = take()
    Delivery.objects.update(next_attempt_at=Now(), lease_until=Now())
    (taken,) = take()
    assert (taken.attempt, taken.message_id) == (2, dead.message_id)
    settle((dead, BAD))
    assert again(delivery).attempts == []
    settle((taken, GOOD))
    settle((dead, BAD))
    assert (again(delivery).status, [each["number"] for each in delivery.attempts]) == (Status.DELIVERED, [2])


def waiting(count, **fields):
    endpoint = WebhookFactory(**fields)
    return endpoint, [DeliveryFactory(endpoint=endpoint) for _ in range(count)]


def test_at_most_four_are_on_the_way_to_one_endpoint():
    waiting(6)
    taken = take()
    assert (len(taken), take()) == (4, [])
    settle((taken[0], GOOD), (taken[1], GOOD))
    assert (len(take()), take()) == (2, [])


def test_and_sixteen_to_one_that_answers_quickly():
    quick, _ = waiting(20)
    other, _ = waiting(20)
    taken = claim(100, failing=False, quick={quick.pk})
    assert [each.endpoint_id for each in taken].count(quick.pk) == 16
    assert [each.endpoint_id for each in taken].count(other.pk) == 4


def test_where_places_are_few_each_endpoint_has_one_first():
    endpoints = [waiting(4)[0] for _ in range(3)]
    taken = take(5)
    assert len(taken) == 5
    assert {each.endpoint for each in taken} == set(endpoints)


# ── In order ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def told_of(*subjects):
    """Deliveries to one endpoint, in this order."""
    endpoint = WebhookFactory()
    return [DeliveryFactory(endpoint=endpoint, subject_id=subject) for subject in subjects]


def test_of_one_subject_the_next_goes_when_the_one_before_has_arrived():
    fox, cat = uuid4(), uuid4()
    first, second, other, third, of_nobody = told_of(fox, fox, cat, fox, None)
    taken = take()
    assert set(taken) == {first, other, of_nobody}
    assert take() == []
    settle(*((each, GOOD) for each in taken))
    for each in (second, third):
        (taken,) = take()
        assert taken == each
        settle((taken, GOOD))


def test_what_waits_for_its_next_attempt_holds_back_what_comes_after_it():
    fox = uuid4()
    first, second = told_of(fox, fox)
    settle((take()[0], BAD))
    Endpoint.objects.update(failing_since=None)
    assert take() == []
    assert again(second).next_attempt_at >= again(first).next_attempt_at
    Delivery.objects.update(next_attempt_at=Now())
    assert take() == [first]


def test_what_is_given_up_holds_back_nothing():
    fox = uuid4()
    first, second = told_of(fox, fox)
    Delivery.objects.filter(pk=first.pk).update(failures=len(delivery_queue.RETRY_AFTER_S))
    settle((take()[0], BAD))
    Endpoint.objects.update(failing_since=None)
    assert again(first).status == Status.FAILED
    assert take() == [second]


def test_another_endpoints_are_not_held_back():
    fox = uuid4()
    mine, theirs = DeliveryFactory(subject_id=fox), DeliveryFactory(subject_id=fox)
    assert set(take()) == {mine, theirs}


def test_who_sends_again_by_hand_does_not_wait_in_line():
    fox = uuid4()
    first, second = told_of(fox, fox)
    settle((take()[0], BAD))
    Endpoint.objects.update(failing_since=None)
    assert Delivery.objects.filter(pk=second.pk).send_again()
    assert take() == [second]
    assert again(first).status == Status.PENDING


# ── Turns ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_failing_endpoint_has_one_at_a_time_and_a_place_of_its_own():
    endpoint = WebhookFactory(failing_since=timezone.now())
    for _ in range(2):
        DeliveryFactory(endpoint=endpoint)
    assert take() == []
    assert len(take(failing=True)) == 1
    assert take(failing=True) == []


def test_turns_are_taken_by_endpoint_however_much_one_has():
    busy, quiet = WebhookFactory(), WebhookFactory()
    for _ in range(5):
        DeliveryFactory(endpoint=busy, next_attempt_at=timezone.now() - timedelta(hours=1))
    DeliveryFactory(endpoint=quiet)
    assert len(take(1)) == 1
    DeliveryFactory(endpoint=quiet)
    Endpoint.objects.filter(pk=busy.pk).update(last_claimed_at=Now())
    assert take(1)[0].endpoint == quiet
    Endpoint.objects.filter(pk=quiet.pk).update(last_claimed_at=Now() + timedelta(seconds=1))
    assert take(1)[0].endpoint == busy


def test_of_one_endpoint_the_oldest_goes_first():
    later = DeliveryFactory()
    first = DeliveryFactory(endpoint=later.endpoint, next_attempt_at=timezone.now() - timedelta(hours=1))
    assert take(1) == [first]
    assert take(1) == [later]


# ── Ending ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_success_is_written_down():
    delivery = DeliveryFactory()
    settle((take()[0], GOOD))
    again(delivery)
    assert (delivery.status, delivery.status_code, delivery.answer, delivery.error) == (Status.DELIVERED, 200, "ok", "")
    assert delivery.ended_at
    assert delivery.lease_until is None
    (attempt,) = delivery.attempts
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", attempt.pop("ended_at"))
    assert attempt == {"number": 1, "status_code": 200, "error": "", "duration_ms": 12}


def test_an_attempt_ended_when_the_database_says(monkeypatch):
    delivery, two_hours_on = DeliveryFactory(), timezone.now() + timedelta(hours=2)
    monkeypatch.setattr("django.utils.timezone.now", lambda: two_hours_on)
    settle((take()[0], GOOD))
    (attempt,) = again(delivery).attempts
    assert abs(datetime.fromisoformat(attempt["ended_at"]) - delivery.ended_at) < timedelta(minutes=1)


def test_a_failure_is_tried_again_over_24_hours_and_then_no_more(monkeypatch):
    monkeypatch.setattr(delivery_queue.random, "uniform", lambda low, high: 1.0)
    delivery = DeliveryFactory()
    pauses = []
    for _ in delivery_queue.RETRY_AFTER_S:
        assert fail_now(delivery).status == Status.PENDING
        pauses.append(round(seconds_until_next(delivery)))
    assert pauses == [5, 300, 1800, 7200, 18_000, 28_800, 30_600]
    assert 24 * 3600 <= sum(pauses) < 25 * 3600
    assert fail_now(delivery).status == Status.FAILED
    assert (delivery.failures, delivery.attempt, len(delivery.attempts)) == (8, 8, 8)
    assert (delivery.error, delivery.answer) == ("It answered 500.", "oops")


def test_pauses_jitter():
    pauses = {delivery_queue.pause(1, BAD) for _ in range(50)}
    assert len(pauses) > 40
    assert timedelta(seconds=270) <= min(pauses) < max(pauses) <= timedelta(seconds=330)


@pytest.mark.parametrize(("asked", "low", "high"), [(0, 4, 6), (2, 4, 6), (100, 99, 101), (1e8, 3599, 3601)])
def test_a_receiver_may_ask_for_a_longer_pause_within_reason(asked, low, high):
    delivery = fail_now(DeliveryFactory(), Result(429, "It answered 429.", retry_after_s=asked))
    assert low <= seconds_until_next(delivery) <= high


def test_gone_disables_at_once():
    delivery = DeliveryFactory()
    waiting = DeliveryFactory(endpoint=delivery.endpoint, next_attempt_at=timezone.now())
    settle((take(1)[0], GONE))
    endpoint = Endpoint.objects.get()
    assert (endpoint.disabled_reason, bool(endpoint.disabled_at)) == (DisabledReason.GONE, True)
    assert again(delivery).status == Status.FAILED
    assert again(waiting).status == Status.PENDING
    assert take() == []


# ── Three days ───────────────────────────────────────────────────────────────────────────────────────────────────────


def fail_with_endpoint_failing_since(moment):
    delivery = DeliveryFactory()
    Endpoint.objects.update(failing_since=moment)
    (taken,) = take(failing=True) or take()
    settle((taken, BAD))
    return delivery, Endpoint.objects.get()


def test_the_first_failure_says_since_when():
    _, endpoint = fail_with_endpoint_failing_since(None)
    assert endpoint.failing_since
    assert endpoint.is_enabled


def test_an_endpoint_that_has_failed_for_three_days_is_disabled():
    delivery, endpoint = fail_with_endpoint_failing_since(Now() - timedelta(days=3))
    assert (endpoint.disabled_reason, bool(endpoint.disabled_at)) == (DisabledReason.FAILING, True)
    assert again(delivery).status == Status.PENDING


def test_not_a_minute_earlier():
    _, endpoint = fail_with_endpoint_failing_since(Now() - timedelta(days=3) + timedelta(minutes=1))
    assert endpoint.is_enabled


def test_a_success_forgets_the_failures():
    DeliveryFactory(endpoint__failing_since=timezone.now() - timedelta(days=4))
    settle((take(failing=True)[0], GOOD))
    endpoint = Endpoint.objects.get()
    assert (endpoint.failing_since, endpoint.is_enabled) == (None, True)


def test_a_result_for_what_was_deleted_meanwhile_changes_nothing():
    DeliveryFactory()
    (taken,) = take()
    taken.endpoint.delete()
    settle((taken, GONE))
    assert not Delivery.objects.exists()
