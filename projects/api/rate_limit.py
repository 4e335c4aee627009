"""Counting requests exactly, across all processes: one Redis script, or a dictionary where there is one process."""

import math
import threading
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cache

import redis
import structlog
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

log = structlog.get_logger(__name__)

REDIS_TIMEOUT_S = 0.5
ASK_AGAIN_AFTER_S = 5
WARN_EVERY_S = 60


@dataclass(frozen=True, slots=True)
class Usage:
    """Where a key stands in its window; ``reset_s`` is whole seconds until the window ends."""

    limit: int
    remaining: int
    reset_s: int
    allowed: bool


class Limiter(ABC):
    """A fixed window for each name that opens with its first hit."""

    @abstractmethod
    def hit(self, name: str, *, limit: int, window_s: int, cost: int = 1) -> Usage:
        """Count ``cost`` if it fits, all or nothing; a cost of 0 only looks."""


class RedisLimiter(Limiter):
    """One round trip, atomic, on Redis' own clock."""

    SCRIPT = """
        local used = tonumber(redis.call('GET', KEYS[1]) or '0')
        local limit, cost, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
        local allowed = (used + cost <= limit) and 1 or 0
        if allowed == 1 and cost > 0 then
            used = redis.call('INCRBY', KEYS[1], cost)
        end
        local left = redis.call('PTTL', KEYS[1])
        if left < 0 then
            redis.call('PEXPIRE', KEYS[1], window)
            left = window
        end
        return {allowed, used, left}
    """

    def __init__(self, url: str) -> None:
        # A connection that was closed meanwhile is opened anew, and so is one to a server that only reads now: another
        # may have its address. What may have been counted is not sent again.
        retry = Retry(NoBackoff(), retries=1, supported_errors=(redis.ConnectionError, redis.ReadOnlyError))
        client = redis.Redis.from_url(
            url, socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S, retry=retry
        )
        self._script = client.register_script(self.SCRIPT)

    def hit(self, name: str, *, limit: int, window_s: int, cost: int = 1) -> Usage:
        allowed, used, left_ms = self._script(keys=[f"easel:rate:{name}"], args=[limit, cost, window_s * 1000])
        return Usage(limit, max(0, limit - used), math.ceil(left_ms / 1000), bool(allowed))


class LocalLimiter(Limiter):
    """The same in this process' memory."""

    SWEEP_AT = 10_000

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[int, int]] = {}

    def hit(self, name: str, *, limit: int, window_s: int, cost: int = 1) -> Usage:
        with self._lock:
            now_ms = int(time.monotonic() * 1000)
            ends_ms, used = self._windows.get(name, (0, 0))
            if ends_ms <= now_ms:
                self._sweep(now_ms)
                ends_ms, used = now_ms + window_s * 1000, 0
            allowed = used + cost <= limit
            if allowed and cost:
                used += cost
                self._windows[name] = (ends_ms, used)
        return Usage(limit, max(0, limit - used), math.ceil((ends_ms - now_ms) / 1000), allowed)

    def _sweep(self, now_ms: int) -> None:
        if len(self._windows) >= self.SWEEP_AT:
            self._windows = {name: window for name, window in self._windows.items() if window[0] > now_ms}


class FailOpenLimiter(Limiter):
    """Redis while it answers; else this process counts for itself, says so once a minute, and looks again."""

    def __init__(self, shared: Limiter, local: Limiter) -> None:
        self._shared, self._local = shared, local
        self._silent = False
        self._ask_again_at = self._warn_again_at = -math.inf

    def hit(self, name: str, *, limit: int, window_s: int, cost: int = 1) -> Usage:
        if not self._silent or self._may_ask_again():
            try:
                usage = self._shared.hit(name, limit=limit, window_s=window_s, cost=cost)
            except redis.RedisError as error:
                self._note(error)
            else:
                self._silent = False
                return usage
        return self._local.hit(name, limit=limit, window_s=window_s, cost=cost)

    def _may_ask_again(self) -> bool:
        """One request in a while finds out whether Redis is back, so that the others need not wait for it."""
        now = time.monotonic()
        if now < self._ask_again_at:
            return False
        self._ask_again_at = now + ASK_AGAIN_AFTER_S
        return True

    def _note(self, error: redis.RedisError) -> None:
        now = time.monotonic()
        self._silent, self._ask_again_at = True, now + ASK_AGAIN_AFTER_S
        if now >= self._warn_again_at:
            self._warn_again_at = now + WARN_EVERY_S
            log.warning("rate_limit_counted_locally", error=type(error).__name__)


@cache
def get_limiter() -> Limiter:
    """This process' limiter, by REDIS_URL."""
    if not settings.REDIS_URL:
        return LocalLimiter()
    return FailOpenLimiter(RedisLimiter(settings.REDIS_URL), LocalLimiter())
