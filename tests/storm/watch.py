"""Looks at the database four times a second: what waits, and whether it waits for longer than it should."""

import threading
import time
from collections.abc import Callable

import psycopg

LOOKS_EVERY_S = 0.25
UNDER_WAY = """
    SELECT count(*) FILTER (WHERE status = 'pending' AND next_attempt_at <= now()),
           count(*) FILTER (WHERE status = 'processing'),
           EXISTS (SELECT FROM generations_breaker WHERE retry_at > now())
    FROM generations_generation WHERE status IN ('pending', 'processing')
"""
# What another holds locked, perhaps while it is paused, is not to be had for anybody.
OVERDUE = """
    SELECT id FROM generations_generation WHERE status = 'processing' AND lease_until < now()
    FOR KEY SHARE SKIP LOCKED
"""
ANYTHING = "anything"


class Watch(threading.Thread):
    """While a worker lives: for how long at most a row with an expired lease was not freed (``longest_overdue_s``), and
    for how long something was due while nobody had anything in hand (``longest_idle_s``), unless the provider is down.
    """

    def __init__(self, database_url: str, worker_lives: Callable[[], bool]) -> None:
        super().__init__(name="watch", daemon=True)
        self._database_url, self._worker_lives = database_url, worker_lives
        self._connection: psycopg.Connection | None = None
        self._stop_asked = threading.Event()
        self._since: dict[object, float] = {}
        self.waiting = 0
        self.longest_overdue_s = self.longest_idle_s = 0.0

    def run(self) -> None:
        while not self._stop_asked.wait(LOOKS_EVERY_S):
            try:
                self._look()
            except psycopg.Error:
                # The database is away, and nobody can be blamed for what waits meanwhile.
                self._since.clear()
                self._hang_up()
        self._hang_up()

    def stop(self) -> None:
        self._stop_asked.set()
        self.join()

    def _look(self) -> None:
        if self._connection is None:
            self._connection = psycopg.connect(self._database_url, autocommit=True, connect_timeout=5)
        self.waiting, in_hand, is_down = self._connection.execute(UNDER_WAY).fetchone() or (0, 0, False)
        neglected: set[object] = {row[0] for row in self._connection.execute(OVERDUE)}
        if self.waiting and not in_hand and not is_down:
            neglected.add(ANYTHING)
        self._note(neglected if self._worker_lives() else set())

    def _note(self, neglected: set[object]) -> None:
        now = time.monotonic()
        self._since = {each: self._since.get(each, now) for each in neglected}
        waits = {each: now - since for each, since in self._since.items()}
        self.longest_idle_s = max(self.longest_idle_s, waits.pop(ANYTHING, 0.0))
        self.longest_overdue_s = max([self.longest_overdue_s, *waits.values()])

    def _hang_up(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None
