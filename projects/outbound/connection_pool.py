"""Connections that are kept for a moment after an answer, so that a burst to one receiver needs few of them.

A kept one leads to the address that was looked at when it was opened. It is kept shorter than servers keep theirs, and
not so long that a change of the receiver's address would be missed.
"""

import threading
import time
from dataclasses import dataclass, field

from projects.outbound.connection import Line
from projects.outbound.urls import Target

IDLE_S = 1.5
LIFE_S = 60.0

Where = tuple[str, str, int]


@dataclass(slots=True)
class Pool:
    """The connections that nobody uses at the moment, by where they lead; for all threads of a dispatcher."""

    _idle: dict[Where, list[tuple[float, Line]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, target: Target) -> Line | None:
        """One that leads there and is still good, or None."""
        while True:
            with self._lock:
                kept = self._idle.get(where(target))
                since, line = kept.pop() if kept else (0.0, None)
            if line is None:
                return None
            if is_young(since, line) and line.is_silent():
                return line
            line.hang_up()

    def keep(self, target: Target, line: Line) -> None:
        """Somebody is through with it, and it may be used again."""
        with self._lock:
            self._idle.setdefault(where(target), []).append((time.monotonic(), line))

    def hang_up_the_old(self) -> None:
        """To be called now and then: a connection that nobody needs any more is a receiver's place."""
        old: list[Line] = []
        with self._lock:
            for place, kept in list(self._idle.items()):
                old += [line for since, line in kept if not is_young(since, line)]
                self._idle[place] = [(since, line) for since, line in kept if is_young(since, line)]
                if not self._idle[place]:
                    del self._idle[place]
        for line in old:
            line.hang_up()

    def close(self) -> None:
        with self._lock:
            all_kept, self._idle = self._idle, {}
        for kept in all_kept.values():
            for _, line in kept:
                line.hang_up()


def where(target: Target) -> Where:
    return target.scheme, target.host, target.port


def is_young(idle_since: float, line: Line) -> bool:
    now = time.monotonic()
    return now - idle_since < IDLE_S and now - line.opened_at < LIFE_S
