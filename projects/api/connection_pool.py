"""Limits how many requests of a web process hold a database connection.

The server gives each request a thread, and most of these threads may be waiting for an image. A request borrows one of
REQUESTS_AT_ONCE slots, each with a connection of its own, and returns it while it waits, so that waiting costs neither
a connection nor the others' speed: of 256 threads, 4 work. Inactive outside web processes.
"""

import queue
import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

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


class Share(NamedTuple):
    """Somebody whose places are counted, and how many times as many as are free then it may have."""

    holder: Hashable
    weight: int


class Places:
    """How many may wait, or send, at once in this process: the threads that are left when all slots are taken.

    Nobody gets all of them. A holder gets another place as long as it then has at most ``weight`` times as many as are
    free before (a dynamic threshold): alone it gets most of them, and who comes later finds some, however many hold on.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._lock = threading.Lock()
        self._free = count
        self._held: Counter[Hashable] = Counter()

    @contextmanager
    def one(self, *shares: Share) -> Iterator[bool]:
        """A place for the length of the block, if there is one for all of these holders."""
        found = self._take(shares)
        try:
            yield found
        finally:
            if found:
                self._give_back(shares)

    def _take(self, shares: Iterable[Share]) -> bool:
        with self._lock:
            if not self._free or any(self._held[holder] >= weight * self._free for holder, weight in shares):
                return False
            self._free -= 1
            self._held.update(holder for holder, _ in shares)
        return True

    def _give_back(self, shares: Iterable[Share]) -> None:
        with self._lock:
            self._free += 1
            self._held.subtract(holder for holder, _ in shares)
            for holder, _ in shares:
                if not self._held[holder]:
                    del self._held[holder]


def callers_shares(project_id: Hashable, key_id: Hashable) -> tuple[Share, Share]:
    """Alone, a project has four of five places, and one of its keys two of three."""
    return Share(("project", project_id), 4), Share(("key", key_id), 2)


slots = Slots()
places = Places(settings.WAIT_PLACES)


def in_slots(application: Application) -> Application:
    """A WSGI application whose requests work in slots. What it streams is sent outside of them."""
    slots.open(settings.REQUESTS_AT_ONCE)

    def take_slot(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with slots.taken():
            return application(environ, start_response)

    return take_slot
