"""What lives in a worker's main process beside its jobs, and how that process ends."""

import os
import signal
import threading
from contextlib import suppress
from typing import Any

import billiard
import structlog
from django.conf import settings

from config.summary import announce_worker
from config.watchdog import Watchdog
from generations.checks import problems_of_worker
from generations.relay import Relay
from projects.webhooks.dispatcher import Dispatcher

log = structlog.get_logger(__name__)


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
        """Let running jobs finish for WORKER_GRACE_S; what takes longer is freed by its lease."""
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
    if problems := problems_of_worker(queues):
        for problem in problems:
            log.critical("worker_cannot_start", problem=problem)
        raise SystemExit(1)
    announce_worker(queues)


def end_worker() -> None:
    """End this worker and its children at once."""
    children = billiard.active_children()
    log.warning("worker_ended", children=len(children))
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)
    os._exit(1)
