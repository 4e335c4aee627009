"""The Celery app. Every worker carries a relay and a watchdog; there is no beat."""

import os
import threading
from typing import TYPE_CHECKING, Any

from celery import Celery, signals
from celery.loaders.app import AppLoader

from config.refusal import in_one_sentence

if TYPE_CHECKING:
    from config.worker.companions import Companions

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class Loader(AppLoader):
    """Reads the settings for Celery, which does it somewhere in the middle of its command line."""

    def config_from_object(self, obj: Any, silent: bool = False) -> bool:
        with in_one_sentence():
            return bool(super().config_from_object(obj, silent=silent))


app = Celery("easel", loader="config.celery:Loader")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Celery's Django fixup, which reads this without the namespace, otherwise closes the database connection around every
# task, whatever CONN_MAX_AGE says: 8 ms a job.
app.conf["CELERY_DB_REUSE_MAX"] = 1000
# Celery's own leaves a worker deaf whose broker was away for a moment.
app.Task.Request = "config.worker.acknowledgement:Request"
app.autodiscover_tasks(["generations.worker"])

companions: "Companions | None" = None


@signals.setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Celery leaves logging alone when anything listens here."""


@signals.worker_init.connect
def check_providers(sender: Any, **kwargs: Any) -> None:
    """A missing key or package is said at the start and not at the first job."""
    from config.worker.companions import refuse_to_start_broken

    refuse_to_start_broken(sender)


@signals.worker_ready.connect
def start_companions(sender: Any, **kwargs: Any) -> None:
    """Start what lives beside the jobs, in the worker's main process."""
    from celery.apps.worker import install_worker_term_handler

    from config.worker.companions import Companions

    global companions  # noqa: PLW0603 — Celery's signals know the worker at its start and only its name at its end
    companions = Companions(sender)
    if threading.current_thread() is threading.main_thread():
        # The same handler, without the line of plain text that it would print among our JSON.
        install_worker_term_handler(sender.controller, verbose=False)


@signals.worker_shutting_down.connect
def limit_the_shutdown(**kwargs: Any) -> None:
    """Celery itself would wait for its jobs without end."""
    if companions:
        companions.end_with_the_jobs()
