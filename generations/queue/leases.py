"""The thread that keeps this process' claims alive while their providers paint, and tells them of a lost one.

Where the worker is ended in the middle of them all the same, it gives them back: another one takes them at once.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.sharedctypes import RawValue
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models.functions import Now

from generations.events import announce
from generations.models import AbandonedClaim, Attempt, Claim, Generation, Outcome, Status
from generations.providers import ErrorCode

log = structlog.get_logger(__name__)

LOOK_S = 0.25
WORKER_ENDED = "The worker was ended while making this image."
WORKERS_LOST = "The image could not be made: its worker stopped several times."
# Set by the worker's main process for its pool's children, which were forked from it.
is_ended = RawValue("b", 0)

BEAT_AGAIN_AFTER_S = 1.0


class Heartbeat:
    """One thread a process, however many claims it holds; it starts with the first one, so after any fork."""

    def __init__(self) -> None:
        self._claims: dict[Claim, threading.Event] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextmanager
    def keep(self, claim: Claim) -> Iterator[threading.Event]:
        """Renew the claim's lease every HEARTBEAT_S, until the block ends or the claim is lost: then the event is set.

        Whoever sees first that it is lost may set it.
        """
        with self._lock:
            lost = self._claims[claim] = threading.Event()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
                self._thread.start()
        try:
            yield lost
        finally:
            with self._lock:
                self._claims.pop(claim, None)

    def stop(self, generation_id: UUID) -> None:
        """Tell this process' workers, if any, that nobody wants the generation's picture any more."""
        with self._lock:
            for claim, lost in self._claims.items():
                if claim.generation_id == generation_id:
                    lost.set()

    def give_back(self) -> None:
        """Let others have what this process holds, for it is about to be killed; what it asked for may be paid already.

        That is no death: nothing is known against the prompt.
        """
        with self._lock:
            held = list(self._claims.items())
        for claim, lost in held:
            lost.set()
            give_back(claim)

    def _run(self) -> None:
        pause_s = settings.HEARTBEAT_S
        while True:
            sleep_unless_ended(pause_s)
            try:
                (self.give_back if is_ended.value else self.beat)()
            except (OperationalError, InterfaceError) as error:
                # A relay that has missed the database as well waits for HEARTBEAT_S before it frees what has lapsed.
                log.warning("heartbeat_failed", error=type(error).__name__)
                connection.close()
                pause_s = min(settings.HEARTBEAT_S, BEAT_AGAIN_AFTER_S)
            else:
                pause_s = settings.HEARTBEAT_S

    def beat(self) -> None:
        """Renew every lease once. A lost claim counts on while its worker paints, so its lease is renewed as well."""
        with self._lock:
            held = list(self._claims.items())
        for claim, lost in held:
            if lost.is_set():
                AbandonedClaim.objects.renew_lease(claim)
            elif not Generation.objects.renew_lease(claim):
                log.info("claim_lost", generation_id=str(claim.generation_id), attempt=claim.attempt)
                lost.set()


def sleep_unless_ended(seconds: float) -> None:
    """Sleep so long, or until this worker is about to be ended."""
    wake_at = time.monotonic() + seconds
    while True:
        time.sleep(max(0.0, min(LOOK_S, wake_at - time.monotonic())))
        if is_ended.value or time.monotonic() >= wake_at:
            return


@transaction.atomic
def give_back(claim: Claim) -> bool:
    """End a claim without a picture and without a death. False where it had been lost before."""
    generation = Generation.objects.held(claim).select_for_update(of=("self",)).first()
    if generation is None:
        AbandonedClaim.objects.let_go(claim)
        return False
    end = without_worker(may_be_tried_again=generation.may_be_tried_again)
    Generation.objects.finish(claim, **end)
    note = Attempt.objects.describe(
        generation, Outcome.LOST, provider=generation.provider, code=ErrorCode.WORKER_LOST, message=WORKER_ENDED
    )
    Attempt.objects.bulk_create([note])
    announce(generation, end["status"])
    log.warning("claim_given_back", generation_id=str(claim.generation_id), attempt=claim.attempt)
    return True


def without_worker(*, may_be_tried_again: bool) -> dict[str, Any]:
    """What becomes of a generation whose worker is gone: it is claimable at once, or it has failed."""
    if may_be_tried_again:
        return {"status": Status.PENDING, "next_attempt_at": Now(), "ring_at": Now()}
    return {
        "status": Status.FAILED,
        "error_code": ErrorCode.WORKER_LOST,
        "error_message": WORKERS_LOST,
        "finished_at": Now(),
    }


heartbeat = Heartbeat()
