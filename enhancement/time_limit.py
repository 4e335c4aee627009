"""Calls that may hang, bounded in time and in number.

Daemon threads instead of a ThreadPoolExecutor: Python joins an executor's threads when it ends,
so one call that never returns would keep the whole process from ending.
"""

import os
from collections.abc import Callable
from contextvars import copy_context
from queue import Empty, SimpleQueue
from threading import Semaphore, Thread
from typing import Any

from enhancement.enhancers.base import EnhancementError

MOST_CALLS = 24
"""An eighth of a web process's threads. Who comes when so many wait or hang has the rules' answer at once."""


class TooSlow(EnhancementError):
    """The call did not return in time."""


class TooBusy(EnhancementError):
    """Every place is taken by a call that waits or hangs."""


class _Call:
    """One call in a thread of its own, which gives its place back when it ends, however late."""

    def __init__(self, place: Semaphore, function: Callable[..., Any], *args: Any) -> None:
        self._place, self._function, self._args = place, function, args
        self._outcome: SimpleQueue[tuple[Any, Exception | None]] = SimpleQueue()

    def start(self) -> None:
        # The caller's context goes along, so that log lines of the call carry its request id.
        Thread(target=copy_context().run, args=(self._run,), name="enhancement", daemon=True).start()

    def result(self, seconds: float) -> Any:
        try:
            result, error = self._outcome.get(timeout=seconds)
        except Empty:
            raise TooSlow(f"no answer within {seconds:g} s") from None
        if error is not None:
            raise error
        return result

    def _run(self) -> None:
        try:
            self._outcome.put((self._function(*self._args), None))
        except Exception as error:  # noqa: BLE001 - carried to the caller, who raises it
            self._outcome.put((None, error))
        finally:
            self._place.release()


class Calls:
    """Room for so many calls at a time."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.free_all()

    def free_all(self) -> None:
        """Forget the running calls."""
        self._places = Semaphore(self.most)

    def call_within(self, seconds: float, function: Callable[..., Any], *args: Any) -> Any:
        """Return or raise what the function does, or TooSlow after so many seconds, or TooBusy at once."""
        place = self._places
        if not place.acquire(blocking=False):
            raise TooBusy(f"{self.most} calls are under way")
        call = _Call(place, function, *args)
        try:
            call.start()
        except RuntimeError:  # the system has no thread left
            place.release()
            raise
        return call.result(seconds)


calls = Calls(MOST_CALLS)
# A forked child has none of its parent's threads, so none of its places are taken.
os.register_at_fork(after_in_child=calls.free_all)
