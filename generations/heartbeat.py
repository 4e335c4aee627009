"""The thread that keeps this process' claims alive while their providers paint, and tells them of a lost one."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from generations.models import AbandonedClaim, Claim, Generation

log = structlog.get_logger(__name__)

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

    def _run(self) -> None:
        pause, pause_s = threading.Event(), settings.HEARTBEAT_S
        while not pause.wait(pause_s):
            try:
                self.beat()
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


heartbeat = Heartbeat()
