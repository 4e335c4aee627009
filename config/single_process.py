"""The whole product in one process: granian serving, and a Celery worker in a thread beside it."""

import os
import signal
import threading
from multiprocessing.util import Finalize
from typing import Any

from celery import signals
from celery.worker import WorkController
from django.conf import settings
from granian import Granian
from granian.constants import Interfaces

from config.celery import app
from generations.queue.routing import all_queues

FINISH_WITHIN_S = 10
JOBS_AT_ONCE = 2


def serve(port: int) -> None:
    """Serve on 127.0.0.1 until SIGINT or SIGTERM. granian forks its server process; the worker starts in there."""
    server = Granian(
        "config.wsgi:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=settings.WEB_THREADS,
        log_enabled=False,
        workers_kill_timeout=FINISH_WITHIN_S + 5,
    )
    supervisor = os.getpid()
    server.serve(target_loader=lambda *args: load_application(supervisor), wrap_loader=False)


def load_application(supervisor: int) -> Any:
    """What the forked process begins with."""
    from config.wsgi import application

    start_worker()
    threading.Thread(target=end_with, args=(supervisor,), name="orphan-guard", daemon=True).start()
    return application


class EmbeddedWorker(WorkController):
    """A worker without a command line, which therefore has to say itself that it is ready."""

    def on_consumer_ready(self, consumer: Any) -> None:
        signals.worker_ready.send(sender=consumer)


def start_worker() -> None:
    worker = EmbeddedWorker(
        app=app,
        pool_cls="threads",
        concurrency=JOBS_AT_ONCE,
        queues=all_queues(),
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    thread = threading.Thread(target=worker.start, name="worker", daemon=True)
    thread.start()
    Finalize(None, stop_worker, args=(worker, thread), exitpriority=10)


def stop_worker(worker: WorkController, thread: threading.Thread) -> None:
    """Finish the jobs that run; what waits is done after the next start."""
    worker.stop()
    thread.join(FINISH_WITHIN_S)


def end_with(supervisor: int) -> None:
    """An orphan would keep the port and the database: end when the supervisor is gone, even by kill -9."""
    pause = threading.Event()
    while os.getppid() == supervisor:
        pause.wait(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
