"""The bell between web and workers: a hint that a row is waiting, and never more than that."""

from collections.abc import Iterable
from uuid import UUID

from celery import current_app
from kombu import Exchange, Queue
from kombu.exceptions import OperationalError
from kombu.messaging import Producer

from generations.tasks import run_generation


class BellSilent(Exception):
    """The broker does not answer; the rows remember, and a relay rings later."""


def is_special(queue: str) -> bool:
    return bool(queue != current_app.conf.task_default_queue)


def special_queue(name: str) -> Queue:
    """A queue by its name. Celery would note a mere name among those that this process itself consumes from."""
    return Queue(name, Exchange(name), routing_key=name)


class Bell:
    """One long-lived connection to the broker, for one thread; its sockets give up after 2 seconds."""

    def __init__(self) -> None:
        self._producer: Producer | None = None

    def ring(self, generation_ids: Iterable[UUID], *, queue: str | None = None) -> None:
        """Tell the workers of these generations, or raise BellSilent. Without a queue it is the common one."""
        options = {"queue": special_queue(queue)} if queue and is_special(queue) else {}
        try:
            producer = self._open()
            for generation_id in generation_ids:
                run_generation.apply_async((str(generation_id),), producer=producer, **options)
        except self._errors as error:
            raise self._silent(error) from error

    def unanswered(self, queue: str | None = None) -> int:
        """How many hints wait in one of the broker's queues, or raise BellSilent."""
        try:
            channel = self._open().connection.default_channel
            common = current_app.amqp.queues[current_app.conf.task_default_queue]
            asked = special_queue(queue) if queue and is_special(queue) else common
            return int(asked.bind(channel).queue_declare(passive=True).message_count)
        except current_app.connection_for_write().channel_errors:
            self.close()  # RabbitMQ ends the channel over a queue that is not there yet
            return 0
        except self._errors as error:
            raise self._silent(error) from error

    def close(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            producer.connection.collect()

    def _open(self) -> Producer:
        if self._producer is None:
            connection = current_app.connection_for_write()
            connection.ensure_connection(max_retries=1, interval_start=0)
            self._producer = Producer(connection)
        return self._producer

    @property
    def _errors(self) -> tuple[type[Exception], ...]:
        connection = current_app.connection_for_write()
        return (OSError, OperationalError, *connection.connection_errors, *connection.channel_errors)

    def _silent(self, error: Exception) -> BellSilent:
        self.close()
        return BellSilent(type(error).__name__)
