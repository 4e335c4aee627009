"""The thread that rings for a worker after a commit, so that neither a request nor a job waits for the broker."""

import os
import queue
import threading
import time
from collections import Counter

import structlog

from generations.queue.broker import Bell, BellSilent

log = structlog.get_logger(__name__)

MOST_WAITING = 10_000
MOST_AT_ONCE = 200
PAUSE_AFTER_ERROR_S = 1.0


class Ringer:
    """One daemon thread a process, started by its first ring, so after any fork. What it cannot ring, a relay rings."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[str] = queue.Queue(MOST_WAITING)
        self._lock = threading.Lock()
        self._pid = 0

    def ring_soon(self, queue_name: str) -> None:
        """Ask for one ring in this queue and return at once."""
        if self._pid != os.getpid():
            self._start()
        try:
            self._waiting.put_nowait(queue_name)
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
                for queue_name, times in Counter(batch).items():
                    bell.ring(times, queue=queue_name)
            except BellSilent as error:
                log.warning("bell_left_to_the_relay", count=len(batch), error=str(error))
                time.sleep(PAUSE_AFTER_ERROR_S)

    def _next_batch(self) -> list[str]:
        batch = [self._waiting.get()]
        while len(batch) < MOST_AT_ONCE:
            try:
                batch.append(self._waiting.get_nowait())
            except queue.Empty:
                break
        return batch


ringer = Ringer()
