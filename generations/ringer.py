"""The thread that rings for new generations after their commit, so that no request waits for the broker."""

import os
import queue
import threading
import time
from uuid import UUID

import structlog

from generations.bell import Bell, BellSilent

log = structlog.get_logger(__name__)

MOST_WAITING = 10_000
MOST_AT_ONCE = 200
PAUSE_AFTER_ERROR_S = 1.0


class Ringer:
    """One daemon thread a process, started by its first ring, so after any fork. What it cannot ring, a relay rings."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[UUID] = queue.Queue(MOST_WAITING)
        self._lock = threading.Lock()
        self._pid = 0

    def ring_soon(self, generation_id: UUID) -> None:
        """Hand an id over and return at once."""
        if self._pid != os.getpid():
            self._start()
        try:
            self._waiting.put_nowait(generation_id)
        except queue.Full:
            log.warning("bell_left_to_the_relay", count=1, error="Full")

    def _start(self) -> None:
        with self._lock:
            if self._pid != os.getpid():
                self._pid = os.getpid()
                threading.Thread(target=self._run, name="ringer", daemon=True).start()

    def _run(self) -> None:
        bell = Bell()
        while True:
            batch = self._next_batch()
            try:
                bell.ring(batch)
            except BellSilent as error:
                log.warning("bell_left_to_the_relay", count=len(batch), error=str(error))
                time.sleep(PAUSE_AFTER_ERROR_S)

    def _next_batch(self) -> list[UUID]:
        batch = [self._waiting.get()]
        while len(batch) < MOST_AT_ONCE:
            try:
                batch.append(self._waiting.get_nowait())
            except queue.Empty:
                break
        return batch


ringer = Ringer()
