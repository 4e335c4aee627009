"""The thread that rings for new generations after their commit, so that no request waits for the broker."""

import os
import queue
import threading
import time
from collections.abc import Iterable
from uuid import UUID

import structlog

from generations.bell import Bell, BellSilent

log = structlog.get_logger(__name__)

Hint = tuple[str, UUID]
"""A queue, and a generation that waits for one of its workers."""

MOST_WAITING = 10_000
MOST_AT_ONCE = 200
PAUSE_AFTER_ERROR_S = 1.0


class Ringer:
    """One daemon thread a process, started by its first ring, so after any fork. What it cannot ring, a relay rings."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Hint] = queue.Queue(MOST_WAITING)
        self._lock = threading.Lock()
        self._pid = 0

    def ring_soon(self, generation_id: UUID, queue_name: str) -> None:
        """Hand an id over and return at once."""
        if self._pid != os.getpid():
            self._start()
        try:
            self._waiting.put_nowait((queue_name, generation_id))
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
                for queue_name, ids in by_queue(batch).items():
                    bell.ring(ids, queue=queue_name)
            except BellSilent as error:
                log.warning("bell_left_to_the_relay", count=len(batch), error=str(error))
                time.sleep(PAUSE_AFTER_ERROR_S)

    def _next_batch(self) -> list[Hint]:
        batch = [self._waiting.get()]
        while len(batch) < MOST_AT_ONCE:
            try:
                batch.append(self._waiting.get_nowait())
            except queue.Empty:
                break
        return batch


def by_queue(hints: Iterable[Hint]) -> dict[str, list[UUID]]:
    queues: dict[str, list[UUID]] = {}
    for queue_name, generation_id in hints:
        queues.setdefault(queue_name, []).append(generation_id)
    return queues


ringer = Ringer()
