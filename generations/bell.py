"""The bell between web and workers: a hint that a row is waiting, and never more than that."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from celery import current_app
from kombu.entity import Queue
from kombu.exceptions import OperationalError
from kombu.messaging import Producer

from generations.tasks import run_generation


class BellSilent(Exception):
    """The broker does not answer; the rows remember, and a relay rings later."""


def publish(producer: Producer, generation_id: str) -> None:
    """What ``run_generation.apply_async`` sends, at half its cost; to the queue itself, which no flush can unbind."""
    amqp, conf = current_app.amqp, current_app.conf
    args = (generation_id,)
    message = amqp.as_task_v2(
        str(uuid4()), run_generation.name, args, argsrepr=repr(args), kwargsrepr="{}", ignore_result=True
    )
    producer.publish(
        message.body,
        exchange="",
        routing_key=conf.task_default_queue,
        serializer=conf.task_serializer,
        headers=message.headers,
        **message.properties,
    )


def workers_queue() -> Queue:
    return current_app.amqp.queues[current_app.conf.task_default_queue]


class Bell:
    """One long-lived connection to the broker, for one thread; its sockets give up after 2 seconds."""

    def __init__(self) -> None:
        self._producer: Producer | None = None

    def ring(self, generation_ids: Iterable[UUID]) -> None:
        """Tell the workers of these generations, or raise BellSilent."""
        try:
            producer = self._open()
            for generation_id in generation_ids:
                publish(producer, str(generation_id))
        except self._errors as error:
            raise self._silent(error) from error

    def unanswered(self) -> int:
        """How many hints wait in the broker's queue, or raise BellSilent."""
        try:
            channel = self._open().connection.default_channel
            return int(workers_queue().bind(channel).queue_declare(passive=True).message_count)
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
            # RabbitMQ drops what comes for a queue that is not there yet.
            workers_queue().bind(connection.default_channel).declare()
            self._producer = Producer(connection)
        return self._producer

    @property
    def _errors(self) -> tuple[type[Exception], ...]:
        connection = current_app.connection_for_write()
        return (OSError, OperationalError, *connection.connection_errors, *connection.channel_errors)

    def _silent(self, error: Exception) -> BellSilent:
        self.close()
        return BellSilent(type(error).__name__)
