"""What every worker does beside its jobs: each second free what died, ring, collect leftovers; each minute, sweep.

Any number of relays may run: each takes only rows that no other one has locked.
"""

import time
from collections import Counter
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import Error, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from generations.events import announce
from generations.models import Attempt, Generation, Outcome, Status
from generations.providers import ErrorCode
from generations.queue.broker import Bell
from generations.queue.circuit_breaker import Breakers
from generations.queue.leases import BEAT_AGAIN_AFTER_S, without_worker
from generations.queue.routing import all_queues, served_by
from generations.queue.scheduling import anything_to_claim, rooms
from projects.models import Project

log = structlog.get_logger(__name__)

BATCH = 500
RING_AGAIN_AFTER = timedelta(seconds=10)
SHORT_OUTAGE = timedelta(minutes=15)
WORKER_LOST = "The worker stopped while making this image."


def free_stalled() -> int:
    """Give generations whose lease has run out back to the queue, or fail those that keep losing their worker."""
    with transaction.atomic():
        stalled = list(Generation.objects.stalled().select_for_update(skip_locked=True).order_by("lease_until")[:BATCH])
        for generation in stalled:
            again = generation.deaths + 1 < settings.MAX_DEATHS and generation.may_be_tried_again
            end = without_worker(may_be_tried_again=again)
            Generation.objects.finish(generation.claim, deaths=F("deaths") + 1, **end)
            announce(generation, end["status"])
        Attempt.objects.bulk_create(
            Attempt.objects.describe(
                generation,
                Outcome.LOST,
                provider=generation.provider,
                code=ErrorCode.WORKER_LOST,
                message=WORKER_LOST,
            )
            for generation in stalled
        )
    for generation in stalled:
        log.warning("worker_lost", generation_id=str(generation.pk), attempt=generation.attempt)
    return len(stalled)


class Freeing:
    """``free_stalled``, but after an outage only when every living worker has had the time for a heartbeat.

    An outage that is longer than a lease lets all leases run out, those of living workers as well, and what these have
    in hand is paid for. A relay that has just begun knows of no outage, and takes it that there was one.
    """

    def __init__(self) -> None:
        self._was_away = True
        self._waits_until: float | None = None

    def __call__(self) -> None:
        began = time.monotonic()
        try:
            found = is_anything_stalled()
        except Error:
            self._was_away = True
            raise
        now = time.monotonic()
        hung = now - began > settings.HEARTBEAT_S
        if self._was_away or (hung and self._waits_until is None):
            self._was_away, self._waits_until = False, now + settings.HEARTBEAT_S + BEAT_AGAIN_AFTER_S
        elif self._waits_until is not None and now >= self._waits_until:
            # However slow the database is: who has waited once does not wait again at once.
            self._waits_until = None
        if found and self._waits_until is None:
            free_stalled()


@transaction.atomic
def is_anything_stalled() -> bool:
    """Locks what it finds for a moment, so that it fails where nothing can be written."""
    found = Generation.objects.stalled().select_for_update(skip_locked=True).order_by("lease_until")
    return bool(found.values_list("pk", flat=True)[:1])


def ring_due(bell: Bell) -> int:
    """Ring for waiting generations, oldest first, but only as many as each queue is short of a full one.

    While hints wait there in plenty, the workers are busy and not asleep: to ring again would only double them.
    """
    breakers = Breakers().look()
    return sum(ring_due_in(queue, bell, breakers) for queue in all_queues())


def ring_due_in(queue: str, bell: Bell, breakers: Breakers) -> int:
    """The same for the generations of one queue. Those of a project at its limit wait for the end of its next job.

    Those of a disabled project wait until it is enabled, and are then due for a ring at once. Those whose provider is
    down wait for its next probe: that is rung for alone, and so are the first that follow it.
    """
    served = served_by(queue) & breakers.askable()
    if one_by_one := breakers.probing():
        ring_for_one(queue, bell, served & Q(image_provider__in=one_by_one))
        served &= ~Q(image_provider__in=one_by_one)
    room_of = rooms()
    full = [project for project, room in room_of.items() if room <= 0]
    due = Generation.objects.due_for_a_ring().filter(project__in=Project.objects.filter(served, is_active=True))
    if full:
        due = due.exclude(project__in=full)
    if not due.exists():
        return 0
    room = BATCH - bell.unanswered(queue)
    if room <= 0:
        return 0
    with transaction.atomic():
        found = due.select_for_update(skip_locked=True, of=("self",)).order_by("ring_at")
        rung = list(found.select_related("project").only("project__max_concurrent")[:room])
        Generation.objects.filter(pk__in=[row.pk for row in rung]).update(ring_at=Now() + RING_AGAIN_AFTER)
    hints = sum(
        min(count, room_of.get(project.pk, project.concurrency_limit or count))
        for project, count in Counter(row.project for row in rung).items()
    )
    bell.ring(hints, queue=queue)
    return hints


def ring_for_one(queue: str, bell: Bell, served: Q) -> None:
    """Any hint that is on its way will do."""
    if anything_to_claim(served) and not bell.unanswered(queue):
        bell.ring(1, queue=queue)


def end_patience() -> int:
    """Fail generations that have waited for a provider as long as they may; one batch, return how many.

    What was old already when the outage began, because its project had been at its limit or switched off, waits too.
    """
    patience = timedelta(seconds=settings.OUTAGE_PATIENCE_S)
    ended = 0
    for image_provider, hold in Breakers().look().holds().items():
        if hold.seen_at - hold.since < min(patience, SHORT_OUTAGE):
            continue
        with transaction.atomic():
            old = Generation.objects.waiting().filter(created_at__lte=Now() - patience)
            old = old.exclude(repeated_at__gt=Now() - patience).filter(project__image_provider=image_provider)
            found = list(old.select_for_update(skip_locked=True, of=("self",))[:BATCH])
            for generation in found:
                Generation.objects.filter(pk=generation.pk, status=Status.PENDING).update(
                    status=Status.FAILED,
                    error_code=hold.error_code,
                    error_message=hold.error_message,
                    finished_at=Now(),
                    updated_at=Now(),
                )
                announce(generation, Status.FAILED)
                log.warning("patience_ended", generation_id=str(generation.pk), provider=hold.provider)
        ended += len(found)
    return ended
