"""A circuit breaker in the shared cache: after some failures in a row, nobody waits for an enhancer for a while."""

from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache import cache

from enhancement.enhancers.base import EnhancementError

logger = structlog.get_logger(__name__)

FAILURES_IN_A_ROW = 5
PAUSE_S = 30
REMEMBERED_S = 3600


class CircuitOpen(EnhancementError):
    """The enhancer has failed too often just now to be asked."""

    is_outage = False


class Breaker:
    """Counts one enhancer's failures for all processes. Without the cache it lets everything through."""

    def __init__(self, name: str) -> None:
        self._failures, self._pause = f"enhancement:{name}:failures", f"enhancement:{name}:pause"

    def check(self) -> None:
        """Raise CircuitOpen during a pause; when one is over, the first to ask tries, and the others wait for it."""
        if not _quietly(self._lets_through, otherwise=True):
            raise CircuitOpen(f"not asked: it failed {FAILURES_IN_A_ROW} times in a row")

    def note_failure(self) -> None:
        _quietly(self._count, otherwise=None)

    def note_success(self) -> None:
        _quietly(lambda: cache.delete_many([self._failures, self._pause]), otherwise=None)

    def _lets_through(self) -> bool:
        if cache.get(self._failures, 0) < FAILURES_IN_A_ROW:
            return True
        return cache.add(self._pause, 1, timeout=PAUSE_S)

    def _count(self) -> None:
        cache.add(self._failures, 0, timeout=REMEMBERED_S)
        if cache.incr(self._failures) >= FAILURES_IN_A_ROW:
            cache.set(self._pause, 1, timeout=PAUSE_S)


def _quietly(step: Callable[[], Any], *, otherwise: Any) -> Any:
    try:
        return step()
    except Exception as error:  # noqa: BLE001 - each cache has its own errors, and a POST never fails for any
        logger.warning("enhancement_breaker_without_cache", error=type(error).__name__)
        return otherwise
