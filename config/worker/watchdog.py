"""Ends a worker that has stopped consuming, so that its supervisor starts a new one.

Workers were seen to go deaf after a reconnect to Redis: alive, connected, and never taking a message again. So each
worker sends itself a no-op through the broker, and one that has room and yet does not execute it is ended.
"""

import os
import threading
import time
from multiprocessing.sharedctypes import RawValue
from typing import TYPE_CHECKING, Any

import structlog
from celery import shared_task
from celery.worker import state
from django.conf import settings
from kombu import Exchange, Queue

if TYPE_CHECKING:
    from collections.abc import Callable

log = structlog.get_logger(__name__)

NO_OPS_A_LIMIT = 6
QUEUE_LIFE_S = 3600
# Written by the pool's children, which execute the no-op; the monotonic clock is one for all processes of a machine.
# Without a lock, for a child that is killed while it holds one would stop all others.
last_executed = RawValue("d", 0.0)


@shared_task(name="config.no_op")
def no_op() -> None:
    """Show that this worker executes what it is sent."""
    last_executed.value = time.monotonic()


class Watchdog(threading.Thread):
    """Sends no-ops to its own worker's queue and calls ``end`` when none was executed for WATCHDOG_S."""

    def __init__(self, consumer: Any, end: "Callable[[], None]") -> None:
        super().__init__(name="watchdog", daemon=True)
        self._end = end
        self._concurrency = consumer.controller.concurrency
        self._queue = queue_of_this_worker(consumer.hostname)
        self._waiting_since = time.monotonic()
        self._stop_asked = threading.Event()
        consumer.add_task_queue(self._queue)

    def run(self) -> None:
        while not self._stop_asked.wait(settings.WATCHDOG_S / NO_OPS_A_LIMIT):
            self.send()
            if self.is_deaf():
                log.critical("worker_deaf", seconds=settings.WATCHDOG_S)
                self._end()
            elif settings.WORKER_ALIVE_FILE:
                settings.WORKER_ALIVE_FILE.touch()

    def stop(self) -> None:
        """Ask it to end: a worker that is ending consumes nothing, and rightly so."""
        self._stop_asked.set()

    def send(self) -> None:
        """Send one no-op; a broker that takes none is not the worker's fault, and the wait begins anew."""
        try:
            no_op.apply_async(queue=self._queue)
        except Exception as error:  # noqa: BLE001 — every transport has its own errors
            log.warning("watchdog_broker_silent", error=type(error).__name__)
            self._waiting_since = time.monotonic()

    def is_deaf(self) -> bool:
        """No no-op executed for WATCHDOG_S although there was room for one."""
        if len(state.active_requests) >= self._concurrency:
            self._waiting_since = time.monotonic()
        return bool(time.monotonic() - max(last_executed.value, self._waiting_since) > settings.WATCHDOG_S)


def queue_of_this_worker(hostname: str) -> Queue:
    """A name of its own even where two workers are called alike; the broker forgets it in time."""
    name = f"watchdog.{hostname}.{os.getpid()}"
    return Queue(name, Exchange(""), routing_key=name, durable=True, auto_delete=True, expires=QUEUE_LIFE_S)
