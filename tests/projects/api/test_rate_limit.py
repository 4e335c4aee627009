"""Counting, exactly: on Redis, in one process, and when Redis is away."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
import redis
from django.core.cache.backends.redis import RedisCache
from structlog.testing import capture_logs

from config.settings.caches import shared_cache
from projects.api import rate_limit as module
from projects.api.rate_limit import FailOpenLimiter, LocalLimiter, RedisLimiter, Usage
from tests.servers.process import HOST
from tests.servers.redis import NO_HELP, RedisServer
from tests.storm.proxy import Proxy

HOUR = 3600


class Clock:
    """Time that moves when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture(params=["local", "redis"])
def limiter(request, redis_url):
    return LocalLimiter() if request.param == "local" else RedisLimiter(redis_url)


def test_counts_down_and_refuses_at_nought(limiter):
    assert [limiter.hit("key", limit=2, window_s=HOUR) for _ in range(4)] == [
        Usage(2, 1, HOUR, allowed=True),
        Usage(2, 0, HOUR, allowed=True),
        Usage(2, 0, HOUR, allowed=False),
        Usage(2, 0, HOUR, allowed=False),
    ]


def test_of_200_at_once_exactly_100_pass_and_no_number_is_told_twice(limiter):
    with ThreadPoolExecutor(32) as threads:
        seen = list(threads.map(lambda _: limiter.hit("key", limit=100, window_s=HOUR), range(200)))
    assert sorted(usage.remaining for usage in seen if usage.allowed) == list(range(100))
    assert [usage.remaining for usage in seen if not usage.allowed] == [0] * 100


def test_each_name_has_a_window_of_its_own(limiter):
    assert limiter.hit("one", limit=1, window_s=HOUR).allowed
    assert limiter.hit("other", limit=1, window_s=HOUR).allowed
    assert not limiter.hit("one", limit=1, window_s=HOUR).allowed


def test_a_cost_of_nought_only_looks(limiter):
    assert limiter.hit("key", limit=1, window_s=HOUR, cost=0) == Usage(1, 1, HOUR, allowed=True)
    assert limiter.hit("key", limit=1, window_s=HOUR).allowed
    assert limiter.hit("key", limit=1, window_s=HOUR, cost=0) == Usage(1, 0, HOUR, allowed=True)


def test_what_costs_more_than_is_left_costs_nothing(limiter):
    assert limiter.hit("key", limit=5, window_s=HOUR, cost=3).remaining == 2
    assert limiter.hit("key", limit=5, window_s=HOUR, cost=3) == Usage(5, 2, HOUR, allowed=False)
    assert limiter.hit("key", limit=5, window_s=HOUR, cost=2) == Usage(5, 0, HOUR, allowed=True)


def test_a_limit_that_was_lowered_below_what_is_used_leaves_nought(limiter):
    limiter.hit("key", limit=10, window_s=HOUR, cost=8)
    assert limiter.hit("key", limit=5, window_s=HOUR) == Usage(5, 0, HOUR, allowed=False)


def test_a_limit_of_nought_lets_nothing_through(limiter):
    assert limiter.hit("key", limit=0, window_s=HOUR) == Usage(0, 0, HOUR, allowed=False)


def test_a_local_window_ends_and_the_next_one_opens(clock):
    limiter = LocalLimiter()
    assert limiter.hit("key", limit=1, window_s=60) == Usage(1, 0, 60, allowed=True)
    clock.now += 58.5
    assert limiter.hit("key", limit=1, window_s=60) == Usage(1, 0, 2, allowed=False)
    clock.now += 1.5
    assert limiter.hit("key", limit=1, window_s=60) == Usage(1, 0, 60, allowed=True)


def test_a_window_on_redis_ends_with_its_entry(redis_url):
    limiter = RedisLimiter(redis_url)
    limiter.hit("key", limit=1, window_s=60)
    with redis.Redis.from_url(redis_url) as client:
        assert 50_000 < client.pttl("easel:rate:key") <= 60_000
        client.pexpire("easel:rate:key", 30_950)
        assert limiter.hit("key", limit=1, window_s=60) == Usage(1, 0, 31, allowed=False)
        client.delete("easel:rate:key")
    assert limiter.hit("key", limit=1, window_s=60).allowed


def test_a_count_without_an_end_gets_one(redis_url):
    with redis.Redis.from_url(redis_url) as client:
        client.set("easel:rate:key", 1)
        assert RedisLimiter(redis_url).hit("key", limit=1, window_s=60) == Usage(1, 0, 60, allowed=False)
        assert client.pttl("easel:rate:key") > 0


def test_the_script_survives_a_redis_that_has_forgotten_it(redis_url):
    limiter = RedisLimiter(redis_url)
    limiter.hit("key", limit=3, window_s=60)
    with redis.Redis.from_url(redis_url) as client:
        client.script_flush()
    assert limiter.hit("key", limit=3, window_s=60).remaining == 1


def test_local_windows_that_have_ended_are_swept_out(clock, monkeypatch):
    monkeypatch.setattr(LocalLimiter, "SWEEP_AT", 10)
    limiter = LocalLimiter()
    for number in range(10):
        limiter.hit(f"old {number}", limit=1, window_s=60)
    clock.now += 61
    limiter.hit("new", limit=1, window_s=60)
    assert list(limiter._windows) == ["new"]


# ── Redis is away ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(params=["a black hole", "a closed port"])
def away(request, tcp_blackhole, spare_redis):
    """The address of a Redis that does not answer."""
    if request.param == "a black hole":
        return tcp_blackhole.url("redis")
    spare_redis.stop()
    return spare_redis.url()


def test_without_redis_this_process_counts_and_says_so_once_a_minute(away, clock):
    limiter = FailOpenLimiter(RedisLimiter(away), LocalLimiter())
    with capture_logs() as logs:
        assert [limiter.hit("key", limit=2, window_s=HOUR).allowed for _ in range(3)] == [True, True, False]
        clock.now += 59
        limiter.hit("key", limit=2, window_s=HOUR)
        assert [(line["event"], line["log_level"]) for line in logs] == [("rate_limit_counted_locally", "warning")]
        clock.now += 6
        limiter.hit("key", limit=2, window_s=HOUR)
        assert len(logs) == 2


def test_while_redis_is_away_one_request_asks_for_it_and_the_others_do_not_wait(clock):
    class Away(LocalLimiter):
        asked = 0

        def hit(self, name, **kwargs):
            self.asked += 1
            raise redis.TimeoutError

    shared = Away()
    limiter = FailOpenLimiter(shared, LocalLimiter())
    for _ in range(5):
        limiter.hit("key", limit=9, window_s=HOUR)
    assert shared.asked == 1
    clock.now += module.ASK_AGAIN_AFTER_S
    for _ in range(5):
        limiter.hit("key", limit=9, window_s=HOUR)
    assert shared.asked == 2


def test_when_redis_is_back_it_counts_again(spare_redis, clock):
    limiter = FailOpenLimiter(RedisLimiter(spare_redis.url()), LocalLimiter())
    assert limiter.hit("key", limit=9, window_s=HOUR).remaining == 8
    spare_redis.stop()
    assert limiter.hit("key", limit=9, window_s=HOUR).remaining == 8
    spare_redis.start()
    assert limiter.hit("key", limit=9, window_s=HOUR).remaining == 7
    clock.now += module.ASK_AGAIN_AFTER_S
    assert limiter.hit("key", limit=9, window_s=HOUR).remaining == 8


def test_a_redis_that_was_restarted_is_asked_over_a_new_connection(spare_redis):
    limiter = RedisLimiter(spare_redis.url())
    limiter.hit("key", limit=9, window_s=HOUR)
    spare_redis.stop()
    spare_redis.start()
    assert limiter.hit("key", limit=9, window_s=HOUR).remaining == 8


def test_what_redis_may_have_counted_is_not_sent_again(spare_redis):
    limiter = RedisLimiter(spare_redis.url())
    limiter.hit("key", limit=9, window_s=HOUR)
    with redis.Redis.from_url(spare_redis.url()) as client:
        client.client_pause(round(1500 * module.REDIS_TIMEOUT_S))
    with pytest.raises(redis.TimeoutError):
        limiter.hit("key", limit=9, window_s=HOUR)


@pytest.mark.parametrize("kind", NO_HELP)
def test_a_redis_that_lives_and_counts_nothing_is_one_that_is_away(spare_redis, clock, kind):
    limiter = FailOpenLimiter(RedisLimiter(spare_redis.url()), LocalLimiter())
    assert limiter.hit("key", limit=9, window_s=HOUR).remaining == 8
    with spare_redis.no_help(kind):
        assert [limiter.hit("key", limit=2, window_s=HOUR).allowed for _ in range(3)] == [True, True, False]
        assert limiter.hit("new", limit=2, window_s=HOUR, cost=0).allowed
    clock.now += module.ASK_AGAIN_AFTER_S
    assert limiter.hit("key", limit=9, window_s=HOUR).remaining == 7


@pytest.fixture
def moved(spare_redis):
    """The address of a Redis that is a replica now, and of its successor, for who connects anew."""
    with RedisServer() as successor, closing(Proxy(HOST, spare_redis.port)) as line:

        def move():
            line.lead_to(HOST, successor.port)
            with redis.Redis.from_url(spare_redis.url()) as client:
                client.replicaof(HOST, 1)

        yield f"redis://{HOST}:{line.port}/0", move


def test_a_redis_that_has_become_a_replica_is_left_for_the_one_that_has_its_address(moved):
    url, move = moved
    limiter = RedisLimiter(url)
    limiter.hit("key", limit=9, window_s=HOUR)
    shared = RedisCache(url, shared_cache(url))
    shared.set("word", 1)
    move()
    assert limiter.hit("key", limit=9, window_s=HOUR).remaining == 8
    shared.set("word", 2)
    assert shared.get("word") == 2
