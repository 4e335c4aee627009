"""The Celery app. Every worker carries a relay and a watchdog; there is no beat."""

import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("easel")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Celery's Django fixup, which reads this without the namespace, otherwise closes the database connection around every
# task, whatever CONN_MAX_AGE says: 8 ms a job.
app.conf["CELERY_DB_REUSE_MAX"] = 1000
app.autodiscover_tasks(["generations"])


@signals.setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Celery leaves logging alone when anything listens here."""


@signals.worker_ready.connect
def start_companions(sender: Any, **kwargs: Any) -> None:
    """Start what lives beside the jobs, in the worker's main process."""
    from config.worker import Companions

    sender.controller.companions = Companions(sender)


@signals.worker_shutting_down.connect
def limit_the_shutdown(**kwargs: Any) -> None:
    """Celery itself would wait for its jobs without end."""
    from config.worker import end_after_grace

    end_after_grace()
