"""The queue of deliveries: whose turn it is, and what follows each attempt."""

import random
from collections.abc import Collection
from dataclasses import asdict
from datetime import timedelta
from itertools import chain
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest, Now

from projects.api.serialization import wire_time
from projects.webhooks.models import Delivery, DisabledReason, Endpoint, Status
from projects.webhooks.sender import GONE, TIMEOUT_S, Result

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=2 * TIMEOUT_S)
AT_ONCE = 4
# For receivers that have just answered in no time: nobody waits for their places.
AT_ONCE_WHILE_QUICK = 16
AT_ONCE_WHILE_FAILING = 1
MINUTE, HOUR = 60, 3600
# After the first attempt, 24 hours in all.
RETRY_AFTER_S = (5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 8 * HOUR, 8.5 * HOUR)
LONGEST_ASKED_PAUSE_S = HOUR
DISABLE_AFTER = timedelta(days=3)
ATTEMPTS_KEPT = 20


def is_anything_due() -> bool:
    """One look at an index, before any lock is taken."""
    return Delivery.objects.due().exists()


@transaction.atomic
def claim(limit: int, *, failing: bool, quick: Collection[UUID] = ()) -> list[Any]:
    """Take up to ``limit`` deliveries: one of each endpoint, those first whose turn was longest ago, then more of each.

    An endpoint has at most AT_ONCE on the wire, and those that are ``quick`` more; of one subject (a generation) it has
    one, the oldest that is not over. Failing endpoints are asked for apart, so that they never take all places. Each
    delivery comes with its endpoint, its message and ``database_time``.
    """
    most = most_at_once(failing=failing, quick=quick)
    turns = Endpoint.objects.enabled().filter(Exists(due_of_endpoint()), failing_since__isnull=not failing)
    turns = turns.annotate(in_flight=in_flight_of_endpoint()).filter(in_flight__lt=most)
    turns = turns.order_by(F("last_claimed_at").asc(nulls_first=True))
    locked = list(turns.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True)[:limit])
    found = due_by_endpoint(locked, limit, most)
    Endpoint.objects.filter(pk__in=found).update(last_claimed_at=Now())
    taken = Delivery.objects.filter(pk__in=chain.from_iterable(found.values()))
    taken.due().update(attempt=F("attempt") + 1, lease_until=Now() + LEASE, next_attempt_at=Now() + LEASE)
    return list(taken.select_related("endpoint", "message").annotate(database_time=Now()))


def most_at_once(*, failing: bool, quick: Collection[UUID]) -> Any:
    if failing or not quick:
        return Value(AT_ONCE_WHILE_FAILING if failing else AT_ONCE)
    return Case(When(pk__in=quick, then=AT_ONCE_WHILE_QUICK), default=AT_ONCE)


def due_by_endpoint(locked: list[UUID], limit: int, most: Any) -> dict[UUID, list[UUID]]:
    """What these endpoints' next deliveries are; their rows are locked, so that nobody else claims for them.

    What is in flight is counted again: the first look may have been older than its lock.
    """
    oldest, next_one = due_of_endpoint().values("pk"), due_of_endpoint().values("pk")
    free = Endpoint.objects.filter(pk__in=locked).annotate(
        room=most - in_flight_of_endpoint(), oldest=Subquery(oldest[:1]), next_one=Subquery(next_one[1:2])
    )
    rows = {pk: row for pk, *row in free.values_list("pk", "room", "oldest", "next_one")}
    turns = [pk for pk in locked if rows[pk][0] > 0 and rows[pk][1]]
    found, left = {pk: [rows[pk][1]] for pk in turns}, limit - len(turns)
    for pk in turns:
        room = min(left, rows[pk][0] - 1)
        if room > 0 and rows[pk][2]:
            found[pk] += due_of(pk).values_list("pk", flat=True)[1 : 1 + room]
            left -= len(found[pk]) - 1
    return found


def due_of(endpoint: Any) -> Any:
    """An endpoint's deliveries whose turn it is, in their order."""
    return Delivery.objects.due().in_turn().filter(endpoint=endpoint).order_by("next_attempt_at")


def due_of_endpoint() -> Any:
    return due_of(OuterRef("pk"))


def in_flight_of_endpoint() -> Any:
    found = Delivery.objects.in_flight().filter(endpoint=OuterRef("pk")).order_by()
    counted = found.values("endpoint").annotate(count=Count("*")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


@transaction.atomic
def settle(*ended: tuple[Any, Result]) -> None:
    """Write down how attempts of claimed deliveries ended, unless a claim was lost meanwhile."""
    held = Delivery.objects.held({delivery.claim for delivery, _ in ended})
    ended = tuple((delivery, result) for delivery, result in ended if delivery.claim in held)
    for delivery, result in ended:
        changes = note_of(delivery, result) | what_follows(delivery, result)
        Delivery.objects.filter(pk=delivery.pk).update(lease_until=None, **changes)
        if pause := changes.get("next_attempt_at"):
            Delivery.objects.behind(delivery).update(next_attempt_at=Greatest("next_attempt_at", pause))
    for endpoint_id in {delivery.endpoint_id for delivery, result in ended if not result.is_success}:
        results = [result for delivery, result in ended if delivery.endpoint_id == endpoint_id]
        note_failure(endpoint_id, is_gone=any(result.status_code == GONE for result in results))
    reached = {delivery.endpoint_id for delivery, result in ended if result.is_success}
    Endpoint.objects.filter(pk__in=reached, failing_since__isnull=False).update(failing_since=None)


def note_of(delivery: Any, result: Result) -> dict[str, Any]:
    """What is kept of an attempt."""
    note = asdict(result)
    attempt = {name: note[name] for name in ("status_code", "error", "duration_ms")}
    ended_at = delivery.database_time + timedelta(milliseconds=result.duration_ms)
    attempt |= {"number": delivery.attempt, "ended_at": wire_time(ended_at)}
    attempts = [*delivery.attempts, attempt][-ATTEMPTS_KEPT:]
    return {name: note[name] for name in ("status_code", "error", "answer")} | {"attempts": attempts}


def what_follows(delivery: Any, result: Result) -> dict[str, Any]:
    """The row's end, or its next attempt."""
    if result.is_success:
        return {"status": Status.DELIVERED, "ended_at": Now()}
    failures = {"failures": F("failures") + 1}
    if result.status_code == GONE or delivery.failures >= len(RETRY_AFTER_S):
        return failures | {"status": Status.FAILED, "ended_at": Now()}
    return failures | {"next_attempt_at": Now() + pause(delivery.failures, result)}


def pause(failures: int, result: Result) -> timedelta:
    """How long to wait for the next attempt: with jitter, and longer where the receiver asks for it within reason."""
    own = RETRY_AFTER_S[failures] * random.uniform(0.9, 1.1)  # noqa: S311
    return timedelta(seconds=max(own, min(result.retry_after_s, LONGEST_ASKED_PAUSE_S)))


def note_failure(endpoint_id: UUID, *, is_gone: bool) -> None:
    """Since when the endpoint fails; disable one that is gone, or that has failed for too long."""
    endpoint = Endpoint.objects.enabled().filter(pk=endpoint_id)
    endpoint.filter(failing_since=None).update(failing_since=Now())
    reason = DisabledReason.GONE if is_gone else DisabledReason.FAILING
    ends = endpoint if is_gone else endpoint.filter(failing_since__lte=Now() - DISABLE_AFTER)
    if ends.update(disabled_reason=reason, disabled_at=Now(), updated_at=Now()):
        log.warning("webhook_disabled", webhook_id=str(endpoint_id), reason=reason.value)
