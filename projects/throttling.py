"""100 requests an hour and key, counted exactly; the three headers on every answer to a valid key."""

from typing import Any

from django.conf import settings
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from projects.limiter import Usage, get_limiter
from projects.models import ApiKey

WINDOW_S = 3600


class ApiKeyThrottle(BaseThrottle):
    """DRF's door to the limiter. A view may let a request in uncounted and count it itself (``counts_later``)."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, ApiKey):
            return True
        later = getattr(view, "counts_later", None)
        self.usage = count_request(request.auth, view, cost=0 if later and later(request) else 1)
        return self.usage.allowed

    def wait(self) -> float:
        return float(self.usage.reset_s)


def count_request(api_key: ApiKey, view: Any, *, cost: int) -> Usage:
    """Count and write the headers; a cost of 0 only writes them."""
    usage = get_limiter().hit(api_key.key_id, limit=limit_of(api_key), window_s=WINDOW_S, cost=cost)
    view.headers |= {
        "X-RateLimit-Limit": str(usage.limit),
        "X-RateLimit-Remaining": str(usage.remaining),
        "X-RateLimit-Reset": str(usage.reset_s),
    }
    return usage


def limit_of(api_key: ApiKey) -> int:
    """Requests an hour."""
    limit = api_key.rate_limit_per_hour
    return int(settings.RATE_LIMIT_PER_HOUR) if limit is None else limit


def may_wait_for_free(api_key: ApiKey) -> bool:
    """Count a wait that may end in a 304, which is no request; there may be as many of them in an hour as requests."""
    return get_limiter().hit(f"wait:{api_key.key_id}", limit=limit_of(api_key), window_s=WINDOW_S).allowed


def count_now(api_key: ApiKey, view: Any) -> None:
    """Count a request that was let in uncounted."""
    usage = count_request(api_key, view, cost=1)
    if not usage.allowed:
        raise Throttled(wait=usage.reset_s)
