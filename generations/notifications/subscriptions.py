"""Who in this process waits for which generation."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

# How long a notice may be missed while nothing is heard: so often each who waits looks at its row.
DEAF_LOOK_AGAIN_S = 2.0


class Subscription:
    """One waiting thread's ear, opened before the row is read, so that no change falls between."""

    def __init__(self, hears: Callable[[], bool]) -> None:
        self._hears = hears
        self._told = threading.Event()
        self.closed = False
        """This process is about to end: wait no longer."""

    def tell(self) -> None:
        self._told.set()

    def wait(self, timeout_s: float) -> bool:
        """True when the row is to be read again; False when the time is over, or the subscription is closed.

        Nothing is asked of anybody meanwhile, unless the channel is cut: then it is True every few seconds.
        """
        if self.closed:
            return False
        over_at = time.monotonic() + timeout_s
        told = self._told.wait(timeout_s if self._hears() else min(timeout_s, DEAF_LOOK_AGAIN_S))
        self._told.clear()
        return not self.closed and (told or time.monotonic() < over_at)


class Registry:
    """All subscriptions of this process."""

    def __init__(self, hears: Callable[[], bool]) -> None:
        self._hears = hears
        self._lock = threading.Lock()
        self._subscriptions: dict[UUID, set[Subscription]] = {}
        self._closed = False

    def __bool__(self) -> bool:
        """Whether anybody waits."""
        return bool(self._subscriptions)

    @contextmanager
    def subscribe(self, generation_id: UUID) -> Iterator[Subscription]:
        subscription = Subscription(self._hears)
        with self._lock:
            self._subscriptions.setdefault(generation_id, set()).add(subscription)
            subscription.closed = self._closed
        try:
            yield subscription
        finally:
            self._remove(generation_id, subscription)

    def _remove(self, generation_id: UUID, subscription: Subscription) -> None:
        with self._lock:
            others = self._subscriptions[generation_id]
            others.remove(subscription)
            if not others:
                del self._subscriptions[generation_id]

    def tell(self, generation_id: UUID) -> None:
        """Wake those who wait for this one."""
        with self._lock:
            for subscription in self._subscriptions.get(generation_id, ()):
                subscription.tell()

    def tell_all(self) -> None:
        """Wake everybody: something may have been missed."""
        with self._lock:
            for subscriptions in self._subscriptions.values():
                for subscription in subscriptions:
                    subscription.tell()

    def close(self) -> None:
        """End all waiting, now and later."""
        with self._lock:
            self._closed = True
            for subscriptions in self._subscriptions.values():
                for subscription in subscriptions:
                    subscription.closed = True
        self.tell_all()
