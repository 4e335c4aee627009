"""What sends the webhooks, beside the jobs of every worker: one thread for the rows, one for each POST on the wire.

Any number of dispatchers may run. A thread that posts does not touch the database: slow receivers hold no connection.
"""

import threading
import time
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from projects.webhooks.models import Delivery
from projects.webhooks.outbox import news
from projects.webhooks.queue import claim, is_anything_due, settle
from projects.webhooks.sending import Result, send
from projects.webhooks.signing import signed_headers

log = structlog.get_logger(__name__)

PLACES = 128
PLACES_FOR_FAILING = 16
# What takes longer leaves its place to others, so that receivers which have just died do not hold up the rest.
PLACES_FOR_FRESH = 32
FRESH_S = 2.0


@dataclass(frozen=True, slots=True)
class Place:
    """One POST on the wire."""

    began: float
    is_failing: bool


class Dispatcher:
    """Claims what is due, sends it, and writes down what came of it."""

    def __init__(self) -> None:
        self._stop_asked = threading.Event()
        self._results: SimpleQueue[tuple[Delivery, Result]] = SimpleQueue()
        self._on_the_wire: dict[UUID, Place] = {}
        self.thread = threading.Thread(target=self._repeat, name="webhooks", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """Ask it to claim nothing more, and to end once what is on the wire has come back."""
        self._stop_asked.set()
        news.set()

    def _repeat(self) -> None:
        while not self._stop_asked.is_set() or self._on_the_wire:
            news.wait(settings.RELAY_INTERVAL_S)
            news.clear()
            try:
                self.work()
            except Exception as error:  # whatever the bug: without it the webhooks stand still
                log.warning("webhooks_failed", error=type(error).__name__, exc_info=True)
                connection.close()
        connection.close()

    def work(self) -> None:
        """One round."""
        self._settle_all()
        if not self._stop_asked.is_set():
            self._send_what_is_due()

    def _settle_all(self) -> None:
        for _ in range(self._results.qsize()):
            delivery, result = self._results.get()
            try:
                settle(delivery, result)
            except (OperationalError, InterfaceError):
                # The receiver has it; a second POST would be all that is left of this result.
                self._results.put((delivery, result))
                raise
            del self._on_the_wire[delivery.pk]

    def _send_what_is_due(self) -> None:
        while is_anything_due():
            taken = self._claim(failing=False) + self._claim(failing=True)
            if not taken:
                return

    def _claim(self, *, failing: bool) -> int:
        """Send as much as there are places for; return how much that was."""
        free = self._free(failing=failing)
        taken = claim(free, failing=failing) if free > 0 else []
        for delivery in taken:
            self._on_the_wire[delivery.pk] = Place(time.monotonic(), failing)
            threading.Thread(target=self._send, args=(delivery,), name="webhook", daemon=True).start()
        return len(taken)

    def _free(self, *, failing: bool) -> int:
        places = self._on_the_wire.values()
        if failing:
            taken = sum(place.is_failing for place in places)
            return min(PLACES - len(places), PLACES_FOR_FAILING - taken)
        since = time.monotonic() - FRESH_S
        taken = sum(not place.is_failing and place.began > since for place in places)
        return min(PLACES - len(places), PLACES_FOR_FRESH - taken)

    def _send(self, delivery: Any) -> None:
        try:
            result = post(delivery)
        except Exception as error:  # a bug of ours must not keep its place for ever
            log.warning("webhook_crashed", error=type(error).__name__, exc_info=True)
            result = Result(error="Something went wrong on our side.")
        self._results.put((delivery, result))
        news.set()


def post(delivery: Any) -> Result:
    """Sign as of the database's time, and send."""
    endpoint, message = delivery.endpoint, delivery.message
    at = delivery.database_time
    result = send(
        endpoint.url,
        signed_headers(endpoint.secrets(at), message_id=message.pk, at=at, body=message.body),
        message.body,
    )
    log.info(
        "webhook_sent",
        webhook_id=str(endpoint.pk),
        message_id=message.pk,
        attempt=delivery.attempt,
        status_code=result.status_code,
        error=result.error,
        duration_ms=result.duration_ms,
    )
    return result
