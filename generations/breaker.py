"""A circuit breaker in the shared cache: a provider that is dead is left alone for a while, by all workers."""

from collections.abc import Callable
from typing import TypeVar

import structlog
from django.core.cache import cache

from generations.providers import ErrorCode, ProviderError

log = structlog.get_logger(__name__)

FAILURES_IN_A_ROW = 5
PAUSE_S = 30
REMEMBERED_S = 3600
# Whoever answers with a refusal or with nonsense is alive, and one customer's prompts shall not keep out the others'.
SIGNS_OF_DEATH = {ErrorCode.PROVIDER_TIMEOUT, ErrorCode.PROVIDER_UNAVAILABLE, ErrorCode.PROVIDER_RATE_LIMITED}

T = TypeVar("T")


class Breaker:
    """Counts one provider's failures in a row, for all processes. Where the cache is down it lets everything pass."""

    def __init__(self, alias: str) -> None:
        self._failures, self._pause = f"provider:{alias}:failures", f"provider:{alias}:pause"
        self._is_clean = True
        self.is_probing = False
        """Whether what is asked now only finds out for all whether it is back."""

    def lets_pass(self) -> bool:
        """Whether the provider may be asked; once a pause is over, the first to ask finds out for the others."""
        return quietly(self._look, otherwise=True)

    def note_failure(self, error: ProviderError) -> None:
        if error.code in SIGNS_OF_DEATH:
            quietly(self._count, otherwise=None)
        else:
            self.note_success()

    def note_success(self) -> None:
        """It lives. Nothing is written where nothing was counted, so that a healthy provider costs one look."""
        if not self._is_clean:
            quietly(lambda: cache.delete_many([self._failures, self._pause]), otherwise=None)

    def _look(self) -> bool:
        failures = cache.get(self._failures, 0)
        self._is_clean = failures == 0
        self.is_probing = failures >= FAILURES_IN_A_ROW
        return failures < FAILURES_IN_A_ROW or cache.add(self._pause, 1, timeout=PAUSE_S)

    def _count(self) -> None:
        cache.add(self._failures, 0, timeout=REMEMBERED_S)
        if cache.incr(self._failures) >= FAILURES_IN_A_ROW:
            cache.set(self._pause, 1, timeout=PAUSE_S)


def quietly(step: Callable[[], T], *, otherwise: T) -> T:
    try:
        return step()
    except Exception as error:  # noqa: BLE001 — each cache has its own errors, and no job fails for any
        log.warning("breaker_without_cache", error=type(error).__name__)
        return otherwise
