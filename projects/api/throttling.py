"""100 requests an hour and key, counted exactly; what every answer to a valid key says of the key."""

from typing import Any

from django.conf import settings
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from projects.api.rate_limit import Usage, get_limiter
from projects.api.serialization import wire_time
from projects.models import ENDS_SOON, ApiKey

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
        **told_of_its_end(api_key),
    }
    return usage


def told_of_its_end(api_key: Any) -> dict[str, str]:
    """In a key's last two weeks, when it ends, written as every time of the API is; ``api_key`` is a request's."""
    soon: bool = api_key.expires_at - api_key.database_time <= ENDS_SOON
    return {"X-API-Key-Expires": wire_time(api_key.expires_at)} if soon else {}


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
