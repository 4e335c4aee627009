"""Who works and who waits in a web process.

The server gives each request a thread, and most of these threads may be waiting for an image. To work takes a slot.
There are few, each with a database connection of its own, so that the ones who wait cost neither a connection nor the
others' speed: who waits steps aside. Outside a web process there are no slots, and everything here lets pass.
"""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Slots:
    """A slot is a database connection, lent to one thread at a time."""

    def __init__(self) -> None:
        self._free: queue.SimpleQueue[BaseDatabaseWrapper] = queue.SimpleQueue()
        self._mine = threading.local()
        self._exist = False

    def open(self, count: int) -> None:
        """From now on there are so many, and nobody works without one."""
        for _ in range(count):
            connection = connections.create_connection(DEFAULT_DB_ALIAS)
            connection.inc_thread_sharing()
            self._free.put(connection)
        self._exist = True

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Work; wait for a slot first, unless this thread has one."""
        if not self._exist or getattr(self._mine, "slot", None):
            yield
            return
        self._take()
        try:
            yield
        finally:
            self._give_back()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Wait for something; others work meanwhile, with the database connection as well. Not in a transaction."""
        if not getattr(self._mine, "slot", None):
            yield
            return
        self._give_back()
        try:
            yield
        finally:
            self._take()
            # It may have lain idle and died meanwhile: it is looked at again before it is used.
            self._mine.slot.health_check_done = False

    def _take(self) -> None:
        self._mine.slot = connections[DEFAULT_DB_ALIAS] = self._free.get()

    def _give_back(self) -> None:
        slot, self._mine.slot = self._mine.slot, None
        del connections[DEFAULT_DB_ALIAS]
        self._free.put(slot)


class Places:
    """How many may wait at once in this process: the threads that are left when all slots are taken."""

    def __init__(self, count: int) -> None:
        self._free = threading.BoundedSemaphore(count) if count else None

    @contextmanager
    def one(self) -> Iterator[bool]:
        """A place for the length of the block, if there is one."""
        found = self._free is not None and self._free.acquire(blocking=False)
        try:
            yield found
        finally:
            if found and self._free:
                self._free.release()


slots = Slots()
places = Places(settings.WAIT_PLACES)


def in_slots(application: Application) -> Application:
    """A WSGI application whose requests work in slots. What it streams is sent outside of them."""
    slots.open(settings.REQUESTS_AT_ONCE)

    def take_slot(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with slots.taken():
            return application(environ, start_response)

    return take_slot
