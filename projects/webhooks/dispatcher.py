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

from projects.outbound.connection_pool import Pool
from projects.webhooks.delivery_queue import claim, is_anything_due, settle
from projects.webhooks.links import current_body
from projects.webhooks.models import Delivery
from projects.webhooks.outbox import news
from projects.webhooks.sender import Result, send
from projects.webhooks.signing import signed_headers

log = structlog.get_logger(__name__)

PLACES = 128
PLACES_FOR_FAILING = 16
# What takes longer leaves its place to others, so that receivers which have just died do not hold up the rest.
PLACES_FOR_FRESH = 32
FRESH_S = 2.0
QUICK_MS = 500
QUICK_FOR_S = 60.0


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
        self._quick: dict[UUID, float] = {}
        self.pool = Pool()
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
        self.pool.close()

    def work(self) -> None:
        """One round: what has come back, and what is next. Each result begins another one."""
        self._settle_all()
        self.pool.hang_up_the_old()
        if not self._stop_asked.is_set() and is_anything_due():
            self._claim(failing=False)
            self._claim(failing=True)

    def has_heard_from_all(self) -> bool:
        """Whether nothing is on the wire any more: the next round can write down all."""
        return self._results.qsize() == len(self._on_the_wire)

    def _settle_all(self) -> None:
        ended = [self._results.get() for _ in range(self._results.qsize())]
        if not ended:
            return
        try:
            settle(*ended)
        except (OperationalError, InterfaceError):
            # The receivers have them; second POSTs would be all that is left of these results.
            for each in ended:
                self._results.put(each)
            raise
        for delivery, result in ended:
            del self._on_the_wire[delivery.pk]
            self._note_pace(delivery.endpoint_id, result)

    def _note_pace(self, endpoint_id: UUID, result: Result) -> None:
        """Who answers in no time gets more at a time, until it does not, or has not been heard for a while."""
        if result.is_success and result.duration_ms < QUICK_MS:
            self._quick[endpoint_id] = time.monotonic()
        else:
            self._quick.pop(endpoint_id, None)

    def _claim(self, *, failing: bool) -> None:
        """Send as much as there are places for."""
        free = self._free(failing=failing)
        since = time.monotonic() - QUICK_FOR_S
        self._quick = {endpoint_id: heard for endpoint_id, heard in self._quick.items() if heard > since}
        for delivery in claim(free, failing=failing, quick=self._quick) if free > 0 else []:
            self._on_the_wire[delivery.pk] = Place(time.monotonic(), failing)
            threading.Thread(target=self._send, args=(delivery,), name="webhook", daemon=True).start()

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
            result = post(delivery, self.pool)
        except Exception as error:  # a bug of ours must not keep its place for ever
            log.warning("webhook_crashed", error=type(error).__name__, exc_info=True)
            result = Result(error="Something went wrong on our side.")
        self._results.put((delivery, result))
        news.set()


def post(delivery: Any, pool: Pool) -> Result:
    """Sign as of the database's time, and send."""
    endpoint, message = delivery.endpoint, delivery.message
    at, body = delivery.database_time, current_body(message)
    headers = signed_headers(endpoint.secrets(at), message_id=message.pk, at=at, body=body)
    result = send(endpoint.url, headers, body, pool)
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
