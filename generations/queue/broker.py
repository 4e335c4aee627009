"""The bell between web and workers: a hint that rows are waiting in a queue, and never more than that."""

from uuid import uuid4

from celery import current_app
from kombu.entity import Exchange, Queue
from kombu.exceptions import ChannelError, OperationalError
from kombu.messaging import Producer

TASK = "generations.run"
# What a check writes, and for how long it stays.
CHECKED, CHECKED_FOR_S = "easel:checked", 60


class BellSilent(Exception):
    """The broker does not answer; the rows remember, and a relay rings later."""


def queue_named(name: str | None) -> Queue:
    """A queue, the common one by default. Celery would note a mere name among those that this process consumes from."""
    common = current_app.conf.task_default_queue
    if name is None or name == common:
        return current_app.amqp.queues[common]
    return Queue(name, Exchange(name), routing_key=name)


def publish(producer: Producer, queue: str) -> None:
    """What the task's ``apply_async`` sends, at half its cost; to the queue itself, which no flush can unbind."""
    args = (queue,)
    message = current_app.amqp.as_task_v2(
        str(uuid4()), TASK, args, argsrepr=repr(args), kwargsrepr="{}", ignore_result=True
    )
    producer.publish(
        message.body,
        exchange="",
        routing_key=queue,
        serializer=current_app.conf.task_serializer,
        headers=message.headers,
        **message.properties,
    )


class Bell:
    """One long-lived connection to the broker, for one thread; its sockets give up after 2 seconds."""

    def __init__(self) -> None:
        self._producer: Producer | None = None
        self._declared: set[str] = set()

    def ring(self, times: int = 1, *, queue: str | None = None) -> None:
        """Call so many workers of a queue, the common one by default; or raise BellSilent."""
        try:
            producer, name = self._open(), self._declare(queue_named(queue))
            for _ in range(times):
                publish(producer, name)
        except self._errors as error:
            raise self._silent(error) from error

    def unanswered(self, queue: str | None = None) -> int:
        """How many hints wait in one of the broker's queues, or raise BellSilent."""
        try:
            channel = self._open().connection.default_channel
            return int(queue_named(queue).bind(channel).queue_declare(passive=True).message_count)
        except ChannelError:
            self.close()  # RabbitMQ ends the channel over a queue that is not there yet
            return 0
        except self._errors as error:
            raise self._silent(error) from error

    def check(self) -> None:
        """Raise BellSilent where the broker takes no message: one that answers may be a replica, or have no room."""
        try:
            producer = self._open()
            match producer.connection.transport.driver_type:
                case "redis":
                    producer.connection.default_channel.client.set(CHECKED, "", ex=CHECKED_FOR_S)
                case "amqp":
                    # No queue has this name: RabbitMQ confirms the message and drops it, or blocks who sends it.
                    producer.publish("", exchange="", routing_key=CHECKED)
        except self._errors as error:
            raise self._silent(error) from error

    def close(self) -> None:
        producer, self._producer = self._producer, None
        self._declared.clear()
        if producer is not None:
            producer.connection.collect()

    def _open(self) -> Producer:
        if self._producer is None:
            connection = current_app.connection_for_write()
            connection.ensure_connection(max_retries=1, interval_start=0)
            self._producer = Producer(connection)
        return self._producer

    def _declare(self, queue: Queue) -> str:
        """RabbitMQ drops what comes for a queue that is not there yet."""
        if queue.name not in self._declared:
            queue.bind(self._open().connection.default_channel).declare()
            self._declared.add(queue.name)
        return str(queue.name)

    @property
    def _errors(self) -> tuple[type[Exception], ...]:
        connection = current_app.connection_for_write()
        return (OSError, OperationalError, *connection.connection_errors, *connection.channel_errors)

    def _silent(self, error: Exception) -> BellSilent:
        self.close()
        return BellSilent(type(error).__name__)
