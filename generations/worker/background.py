"""The threads that every worker carries, apart from their duties."""

import threading
from collections.abc import Callable
from functools import partial

import structlog
from django.conf import settings
from django.db import connection

from generations.images.services import collect_due_intents
from generations.queue.broker import Bell, BellSilent
from generations.worker.maintenance import Freeing, end_patience, ring_due
from generations.worker.retention import SWEEPS, sweep_out

log = structlog.get_logger(__name__)


class Relay:
    """The threads that every worker carries: for rows, files and sweeps, so that no row waits for the others."""

    def __init__(self) -> None:
        self._stop_asked = threading.Event()
        often, seldom = settings.RELAY_INTERVAL_S, settings.SWEEP_INTERVAL_S
        rounds: dict[str, tuple[float, tuple[Callable[[], object], ...]]] = {
            "relay-rows": (often, (Freeing(), partial(ring_due, Bell()))),
            "relay-files": (often, (collect_due_intents,)),
            "relay-sweeps": (seldom, (*(partial(sweep_out, sweep) for sweep in (end_patience, *SWEEPS)), disconnect)),
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
