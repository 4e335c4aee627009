"""Saying and hearing that a row has changed, by what the database can do."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

from generations.notifications.listener import EVERYBODY, Listener
from generations.notifications.subscriptions import Registry, Subscription

CHANNEL = "generations"

listener = Listener(CHANNEL)
in_memory = Registry(hears=lambda: True)


def notify(generation_id: UUID) -> None:
    """Say that this row has changed, when the transaction that has changed it commits, and never if it does not."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(generation_id)])
    else:
        transaction.on_commit(lambda: in_memory.tell(generation_id))


def notify_all() -> None:
    """Say that whoever waits should look again: something has changed that many rows share."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, EVERYBODY])
    else:
        transaction.on_commit(in_memory.tell_all)


@contextmanager
def subscribe(generation_id: UUID) -> Iterator[Subscription]:
    """Hear of this generation from here on; read its row after this, and again whenever ``wait`` says so."""
    registry = in_memory
    if connection.vendor == "postgresql":
        listener.start()
        registry = listener.registry
    with registry.subscribe(generation_id) as subscription:
        yield subscription


def notifications() -> str:
    """How this process hears of changes: ``listening``, or ``polling``, or ``idle`` where nobody has waited yet."""
    if connection.vendor != "postgresql" or listener.hears:
        return "listening"
    return "polling" if listener.runs else "idle"


def hush() -> None:
    """End all waiting in this process, which is about to end itself."""
    in_memory.close()
    listener.registry.close()
