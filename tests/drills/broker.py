"""POST while the broker is down, and while it hangs; beside a server whose broker is well, request by request.

Redis counts the requests too, so each server has one Redis for that and another one as its broker.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

import redis

from generations.models import Status
from tests.api.live import LiveServer
from tests.client import GENERATIONS
from tests.drills.clients import Posted, post_in_turn
from tests.drills.figures import Figure, at_most, exactly, none, p99
from tests.drills.provider import gate
from tests.drills.stage import Stage, body_of
from tests.live.worker import wait_until
from tests.servers.redis import RedisServer

SMALL: dict[str, Any] = {"down_s": 3, "hung_s": 6, "round_s": 3, "a_second": 10, "ratio": 10}
FULL: dict[str, Any] = {"down_s": 45, "hung_s": 60, "round_s": 15, "a_second": 15, "ratio": 1.2}
JOBS_A_SECOND = 5

Round = tuple[Posted, Posted]


def hold(stage: Stage, *, down_s: int, hung_s: int, round_s: int, a_second: int, ratio: float) -> list[Figure]:
    """No job is done before the end, so that only requests are at work; a worker lives through it with full hands."""

    def measure(normal: LiveServer, hurt: LiveServer, seconds: int) -> list[Round]:
        return [take(stage, normal, hurt, round_s, a_second) for _ in range(seconds // round_s)]

    with RedisServer() as broker, RedisServer() as limiter:
        stage.worker(BROKER_URL=broker.url()).ready()
        normal, hurt = stage.web(), stage.web(BROKER_URL=broker.url())
        silent = stage.web(REDIS_URL=limiter.url())
        take(stage, normal, hurt, round_s, a_second)  # both are warm now
        well = measure(normal, hurt, round_s)
        with stopped(broker):
            hung = measure(normal, hurt, hung_s)
        broker.kill()
        down = measure(normal, hurt, down_s)
        broker.start()
        with stopped(limiter):
            uncounted = measure(normal, silent, round_s)
        gate(stage.record).touch()
        stage.all_end(60 + stage.jobs.count() / JOBS_A_SECOND)
    return [
        none(f"POST, broker well, {told(well)}: not 201", refused(well)),
        none(f"POST, broker down, {told(down)}: not 201", refused(down)),
        at_most("POST, broker down: p99 to normal", ratio_of(down), ratio),
        none(f"POST, broker hung for {hung_s} s, {told(hung)}: not 201", refused(hung)),
        at_most("POST, broker hung: p99 to normal", ratio_of(hung), ratio),
        none(f"POST, the limiter's Redis hung, {told(uncounted)}: not 201", refused(uncounted)),
        exactly(
            "Jobs done once the broker is back", stage.jobs.filter(status=Status.SUCCESS).count(), stage.jobs.count()
        ),
    ]


def take(stage: Stage, normal: LiveServer, hurt: LiveServer, seconds: float, a_second: float) -> Round:
    ports = [normal.port, hurt.port]
    one, other = post_in_turn(
        ports, GENERATIONS, stage.key, body_of("held:").decode(), seconds=seconds, a_second=a_second
    )
    return one, other


@contextmanager
def stopped(server: RedisServer) -> Iterator[None]:
    """It keeps its connections and takes new ones, and says nothing."""
    with redis.Redis.from_url(server.url()) as client:
        pid = int(client.info("server")["process_id"])
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
        wait_until(server.is_ready)


def refused(rounds: list[Round]) -> int:
    return sum(posted.refused for both in rounds for posted in both)


def ratio_of(rounds: list[Round]) -> float:
    return median(p99(hurt.took_ms) / p99(normal.took_ms) for normal, hurt in rounds)


def told(rounds: list[Round]) -> str:
    """How many requests, and the medians of both sides' p99."""
    normal, hurt = (median(p99(both[side].took_ms) for both in rounds) for side in (0, 1))
    return f"{sum(len(both[1].took_ms) for both in rounds)} requests, p99 {hurt:.0f} ms ({normal:.0f} ms normally)"
