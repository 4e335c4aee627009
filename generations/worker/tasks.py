"""The task: a queue's name in, one call out, safe to ring twice and with nothing to do."""

from typing import Any

from celery import shared_task
from django.db import InterfaceError, OperationalError, connection

from generations.queue import broker
from generations.queue.notifier import ringer
from generations.queue.routing import all_queues
from generations.worker import runner


@shared_task(bind=True, name=broker.TASK)
def run_generation(self: Any, hint: str = "") -> None:
    """Do one attempt of the generation whose turn it is in the queue that the hint names."""
    queue = queue_of_hint(hint, self.request.delivery_info)
    try:
        done = runner.run(queue)
    except (OperationalError, InterfaceError):
        # The next task starts on a fresh connection, and a relay rings again.
        connection.close()
        raise
    if done and (done.project.concurrency_limit or done.others_may_follow):
        # Hints that came while its project was at its limit, or its provider down, found nothing.
        ringer.ring_soon(queue)


def queue_of_hint(hint: str, delivery: dict[str, Any] | None) -> str:
    """Hints of versions before named a generation; the broker says in which queue such a one lay."""
    return hint if hint in all_queues() else str((delivery or {}).get("routing_key", ""))
