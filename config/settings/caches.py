"""The cache that all processes share: Redis, or this process' memory where there is only one."""

from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

PATIENCE_S = 0.5


def shared_cache(redis_url: str) -> dict[str, Any]:
    """For CACHES. What is kept there is never needed, so nobody waits long for it."""
    if not redis_url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": redis_url,
        "KEY_PREFIX": "easel",
        "OPTIONS": {
            "socket_timeout": PATIENCE_S,
            "socket_connect_timeout": PATIENCE_S,
            # A connection that was closed meanwhile is opened anew, as is one to a server that has become a replica.
            "retry": Retry(NoBackoff(), retries=1, supported_errors=(redis.ConnectionError, redis.ReadOnlyError)),
        },
    }
