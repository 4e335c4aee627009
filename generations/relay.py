"""What every worker does beside its jobs: each second free what died, ring, collect leftovers; each minute, sweep.

Any number of relays may run: each takes only rows that no other one has locked.
"""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from generations.bell import Bell, BellSilent
from generations.events import announce
from generations.images.services import collect_due_intents
from generations.models import Attempt, Generation, Outcome, Status
from generations.providers import ErrorCode
from generations.routing import all_queues, special_queues
from generations.sweeps import SWEEPS, sweep_out

log = structlog.get_logger(__name__)

BATCH = 500
RING_AGAIN_AFTER = timedelta(seconds=10)
WORKER_LOST = "The worker stopped while making this image."
WORKERS_LOST = "The image could not be made: its worker stopped several times."


def free_stalled() -> int:
    """Give generations whose lease has run out back to the queue, or fail those that keep losing their worker."""
    with transaction.atomic():
        stalled = list(Generation.objects.stalled().select_for_update(skip_locked=True).order_by("lease_until")[:BATCH])
        for generation in stalled:
            gone = generation.deaths + 1 >= settings.MAX_DEATHS
            end: dict[str, Any] = (
                {
                    "status": Status.FAILED,
                    "error_code": ErrorCode.WORKER_LOST,
                    "error_message": WORKERS_LOST,
                    "finished_at": Now(),
                }
                if gone
                else {"status": Status.PENDING, "next_attempt_at": Now(), "ring_at": Now()}
            )
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


def ring_due(bell: Bell) -> int:
    """Ring for waiting generations, oldest first, but only as many as each queue is short of a full one.

    While hints wait there in plenty, the workers are busy and not asleep: to ring again would only double them.
    """
    return sum(ring_due_in(queue, bell) for queue in all_queues())


def ring_due_in(queue: str, bell: Bell) -> int:
    """The same for the generations of one queue."""
    if not due_in(queue).exists():
        return 0
    room = BATCH - bell.unanswered(queue)
    if room <= 0:
        return 0
    with transaction.atomic():
        due = due_in(queue).select_for_update(skip_locked=True, of=("self",)).order_by("ring_at")
        ids = list(due.values_list("pk", flat=True)[:room])
        Generation.objects.filter(pk__in=ids).update(ring_at=Now() + RING_AGAIN_AFTER)
    bell.ring(ids, queue=queue)
    return len(ids)


def due_in(queue: str) -> QuerySet[Generation]:
    """By what their projects are set to now, so that rows which wait follow a change of the settings."""
    due, special = Generation.objects.due_for_a_ring(), special_queues()
    if queue in special:
        return due.filter(project__image_provider__in=special[queue])
    elsewhere = [image_provider for values in special.values() for image_provider in values]
    return due.exclude(project__image_provider__in=elsewhere) if elsewhere else due


class Relay:
    """The threads that every worker carries: for rows, files and sweeps, so that no row waits for the others."""

    def __init__(self) -> None:
        self._stop_asked = threading.Event()
        often, seldom = settings.RELAY_INTERVAL_S, settings.SWEEP_INTERVAL_S
        rounds: dict[str, tuple[float, tuple[Callable[[], object], ...]]] = {
            "relay-rows": (often, (free_stalled, partial(ring_due, Bell()))),
            "relay-files": (often, (collect_due_intents,)),
            "relay-sweeps": (seldom, (*(partial(sweep_out, sweep) for sweep in SWEEPS), disconnect)),
        }
        self.threads = [
            threading.Thread(target=self._repeat, args=(interval_s, *duties), name=name, daemon=True)
            for name, (interval_s, duties) in rounds.items()
        ]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """Ask it to end after its current round."""
        self._stop_asked.set()

    def _repeat(self, interval_s: float, *duties: Callable[[], object]) -> None:
        while not self._stop_asked.wait(interval_s):
            for duty in duties:
                do(duty)
        connection.close()


def disconnect() -> None:
    """Keep no connection that is wanted but once a minute."""
    connection.close()


def do(duty: Callable[[], object]) -> None:
    try:
        duty()
    except BellSilent as error:
        log.warning("broker_silent", error=str(error))
    except Exception as error:  # whatever the bug: without its relay a queue stands still
        log.warning("relay_failed", error=type(error).__name__, exc_info=True)
        connection.close()
