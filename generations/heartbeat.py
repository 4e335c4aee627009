"""The thread that keeps this process' claims alive while their providers paint."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from generations.models import Claim, Generation

log = structlog.get_logger(__name__)


class Heartbeat:
    """One thread a process, however many claims it holds; it starts with the first one, so after any fork."""

    def __init__(self) -> None:
        self._claims: set[Claim] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextmanager
    def keep(self, claim: Claim) -> Iterator[None]:
        """Renew the claim's lease every HEARTBEAT_S, until it is lost or the block ends."""
        with self._lock:
            self._claims.add(claim)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._claims.discard(claim)

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(settings.HEARTBEAT_S):
            try:
                self.beat()
            except (OperationalError, InterfaceError) as error:
                # The database may be back before the lease ends; if not, somebody else takes over.
                log.warning("heartbeat_failed", error=type(error).__name__)
                connection.close()

    def beat(self) -> None:
        """Renew every lease once."""
        with self._lock:
            claims = list(self._claims)
        for claim in claims:
            if not Generation.objects.renew_lease(claim):
                log.info("claim_lost", generation_id=str(claim.generation_id), attempt=claim.attempt)
                with self._lock:
                    self._claims.discard(claim)


heartbeat = Heartbeat()
