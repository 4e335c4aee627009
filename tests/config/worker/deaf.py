"""Included in a worker, makes it deaf as soon as it is ready: alive and connected, and never taking a message again."""

from typing import Any

from celery import signals


@signals.worker_ready.connect
def stop_listening(sender: Any, **kwargs: Any) -> None:
    for queue in list(sender.task_consumer.queues):
        sender.cancel_task_queue(queue.name)
