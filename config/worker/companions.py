"""What lives in a worker's main process beside its jobs, and how that process ends."""

import os
import signal
import threading
import time
from contextlib import suppress
from typing import Any

import billiard
import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError

from config.monitoring.summary import announce_worker
from config.start import problem_of_start
from config.worker.watchdog import Watchdog
from generations.checks import check_grace, problems_of_worker
from generations.queue.leases import heartbeat, is_ended
from generations.worker.background import Relay
from projects.webhooks.dispatcher import Dispatcher

log = structlog.get_logger(__name__)

GIVEN_BACK_WITHIN_S = 2.0


class Companions:
    """The relay, the webhooks' dispatcher and, where the broker is another process, the watchdog."""

    def __init__(self, consumer: Any) -> None:
        self.relay = Relay()
        self.relay.start()
        self.webhooks = Dispatcher()
        self.webhooks.start()
        self.watchdog: Watchdog | None = None
        if not settings.CELERY_BROKER_URL.startswith("memory:"):
            self.watchdog = Watchdog(consumer, end_worker)
            self.watchdog.start()

    def end_with_the_jobs(self) -> None:
        """Let running jobs finish for WORKER_GRACE_S; what takes longer is given back."""
        log.info("worker_ending", grace_s=settings.WORKER_GRACE_S)
        self.relay.stop()
        self.webhooks.stop()
        if self.watchdog:
            self.watchdog.stop()
        timer = threading.Timer(settings.WORKER_GRACE_S, end_worker)
        timer.daemon = True
        timer.start()


def refuse_to_start_broken(worker: Any) -> None:
    """Say what it runs on, or end with the reasons why it cannot: Celery runs checks, and ignores what they say."""
    queues = set(worker.app.amqp.queues.consume_from)
    if problems := [*problems_of_worker(queues), *filter(None, [problem_of_start()])]:
        for problem in problems:
            log.critical("worker_cannot_start", problem=problem)
        raise SystemExit(1)
    for warning in check_grace():
        log.warning("worker_grace_short", problem=warning.msg, hint=warning.hint)
    announce_worker(queues)


def end_worker() -> None:
    """End this worker and its children, once they had a moment to give back what they have in hand."""
    is_ended.value = 1
    with suppress(DatabaseError, InterfaceError):
        heartbeat.give_back()  # of a pool without children
    time.sleep(GIVEN_BACK_WITHIN_S)
    children = billiard.active_children()
    log.warning("worker_ended", children=len(children))
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)
    os._exit(1)
