"""A worker is killed by kill -9 with jobs in hand, another one lives: how soon each job is claimed again."""

import random
import time
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings

from generations.models import Generation, Status
from tests.drills.figures import Figure, at_most, exactly, none, p99
from tests.drills.provider import gate
from tests.drills.stage import Stage, database_now
from tests.live.worker import Worker, wait_until

AT_ONCE = 4
OPTIONS = f"--pool prefork --concurrency {AT_ONCE}"
MARGIN_S = 2.0

SMALL: dict[str, Any] = {"kills": 2, "lease_s": 3, "heartbeat_s": 1}
FULL: dict[str, Any] = {"kills": 10, "lease_s": settings.LEASE_S, "heartbeat_s": settings.HEARTBEAT_S}


def hold(stage: Stage, *, kills: int, lease_s: float, heartbeat_s: float) -> list[Figure]:
    """Fill two workers, kill one, and read in the rows when its jobs began again; then it is the other one's turn."""
    environment = {"LEASE_S": str(lease_s), "HEARTBEAT_S": str(heartbeat_s)}
    workers = [stage.worker(OPTIONS, **environment).ready() for _ in range(2)]
    waited: list[float] = []
    for number in range(kills):
        gate(stage.record).unlink(missing_ok=True)
        batch = Generation.objects.filter(pk__in=stage.insert(2 * AT_ONCE, f"held:{number}"))
        wait_until(partial(are_all, Status.PROCESSING, batch))
        # The last heartbeat was now long ago and now a moment.
        time.sleep(random.uniform(0, 2 * heartbeat_s))
        killed_at = kill(workers[number % 2])
        gate(stage.record).touch()
        wait_until(partial(are_all, Status.SUCCESS, batch), 10 * lease_s + 60)
        waited += [seconds_since(killed_at, row) for row in batch.filter(deaths=1, attempt=2)]
        workers[number % 2] = stage.worker(OPTIONS, **environment).ready()
    target = lease_s + MARGIN_S
    return [
        at_most(f"Recovery after kill -9, p99 of {len(waited)} jobs, lease {lease_s:g} s", p99(waited), target, " s"),
        exactly("Jobs that a killed worker had in hand and another one took", len(waited), kills * AT_ONCE),
        none("Jobs not done, or done twice", stage.jobs.exclude(status=Status.SUCCESS).count() + doubled(stage)),
    ]


def are_all(status: Status, batch: Any) -> bool:
    return not batch.exclude(status=status).exists()


def seconds_since(moment: datetime, row: Generation) -> float:
    """When its current attempt began."""
    assert row.started_at
    return (row.started_at - moment).total_seconds()


def kill(worker: Worker) -> datetime:
    """Kill it and its children; the moment before, by the database's clock."""
    moment: datetime = database_now()
    worker.kill()
    return moment


def doubled(stage: Stage) -> int:
    """Jobs that were begun more often than they lost their worker, and once more."""
    return sum(row.attempt > row.deaths + 1 for row in stage.jobs)
