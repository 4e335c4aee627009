"""The queue of deliveries: whose turn it is, and what follows each attempt."""

import random
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce, Now

from projects.webhooks.models import Delivery, DisabledReason, Endpoint, Status
from projects.webhooks.sending import GONE, TIMEOUT_S, Result
from projects.wire import wire_time

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=2 * TIMEOUT_S)
AT_ONCE = 4
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
def claim(limit: int, *, failing: bool) -> list[Any]:
    """Take one delivery each of up to ``limit`` endpoints, those first whose turn was longest ago.

    Failing endpoints are asked for apart, so that they never take all places. Each delivery comes with its endpoint,
    its message and ``database_time``.
    """
    at_once = AT_ONCE_WHILE_FAILING if failing else AT_ONCE
    turns = Endpoint.objects.enabled().filter(Exists(due_of_endpoint()), failing_since__isnull=not failing)
    turns = turns.annotate(in_flight=in_flight_of_endpoint()).filter(in_flight__lt=at_once)
    turns = turns.order_by(F("last_claimed_at").asc(nulls_first=True))
    locked = list(turns.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True)[:limit])
    # Counted again, now that nobody else can claim for them: the first look may have been older than its lock.
    oldest = Subquery(due_of_endpoint().order_by("next_attempt_at").values("pk")[:1])
    free = Endpoint.objects.filter(pk__in=locked).annotate(in_flight=in_flight_of_endpoint(), oldest=oldest)
    found = dict(free.filter(in_flight__lt=at_once, oldest__isnull=False).values_list("pk", "oldest"))
    Endpoint.objects.filter(pk__in=found).update(last_claimed_at=Now())
    taken = Delivery.objects.filter(pk__in=found.values())
    taken.due().update(attempt=F("attempt") + 1, lease_until=Now() + LEASE, next_attempt_at=Now() + LEASE)
    return list(taken.select_related("endpoint", "message").annotate(database_time=Now()))


def due_of_endpoint() -> Any:
    return Delivery.objects.due().filter(endpoint=OuterRef("pk"))


def in_flight_of_endpoint() -> Any:
    found = Delivery.objects.in_flight().filter(endpoint=OuterRef("pk")).order_by()
    counted = found.values("endpoint").annotate(count=Count("*")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


@transaction.atomic
def settle(delivery: Any, result: Result) -> None:
    """Write down how an attempt of a claimed delivery ended, unless its claim was lost meanwhile."""
    note = asdict(result)
    changes = {name: note[name] for name in ("status_code", "error", "answer")}
    attempt = {name: note[name] for name in ("status_code", "error", "duration_ms")}
    ended_at = delivery.database_time + timedelta(milliseconds=result.duration_ms)
    attempt |= {"number": delivery.attempt, "ended_at": wire_time(ended_at)}
    changes["attempts"] = [*delivery.attempts, attempt][-ATTEMPTS_KEPT:]
    if result.is_success:
        changes |= {"status": Status.DELIVERED, "ended_at": Now()}
    elif result.status_code == GONE or delivery.failures >= len(RETRY_AFTER_S):
        changes |= {"status": Status.FAILED, "ended_at": Now(), "failures": F("failures") + 1}
    else:
        changes |= {"failures": F("failures") + 1, "next_attempt_at": Now() + pause(delivery.failures, result)}
    if not Delivery.objects.finish(delivery.claim, **changes):
        return
    if result.is_success:
        Endpoint.objects.filter(pk=delivery.endpoint_id, failing_since__isnull=False).update(failing_since=None)
    else:
        note_failure(delivery, is_gone=result.status_code == GONE)


def pause(failures: int, result: Result) -> timedelta:
    """How long to wait for the next attempt: with jitter, and longer where the receiver asks for it within reason."""
    own = RETRY_AFTER_S[failures] * random.uniform(0.9, 1.1)  # noqa: S311
    return timedelta(seconds=max(own, min(result.retry_after_s, LONGEST_ASKED_PAUSE_S)))


def note_failure(delivery: Delivery, *, is_gone: bool) -> None:
    """Since when the endpoint fails; disable one that is gone, or that has failed for too long."""
    endpoint = Endpoint.objects.enabled().filter(pk=delivery.endpoint_id)
    endpoint.filter(failing_since=None).update(failing_since=Now())
    reason = DisabledReason.GONE if is_gone else DisabledReason.FAILING
    ends = endpoint if is_gone else endpoint.filter(failing_since__lte=Now() - DISABLE_AFTER)
    if ends.update(disabled_reason=reason, disabled_at=Now(), updated_at=Now()):
        log.warning("webhook_disabled", webhook_id=str(delivery.endpoint_id), reason=reason.value)
