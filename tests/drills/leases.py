"""Leases where clocks differ: never longer than they should be, never ended early, and ended in time."""

import json
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import F, Max
from django.db.models.functions import Now

from generations.models import Outcome, Status
from tests.drills.figures import Figure, at_most, exactly, none, p99
from tests.drills.provider import gate
from tests.drills.recovery import MARGIN_S, are_all, kill, seconds_since
from tests.drills.stage import Stage
from tests.live.worker import Worker, wait_until

CHILDREN = 2
LOOKS_EACH_S = 0.1
PATIENCE_S = 120


def hold_leases(
    stage: Stage, off: str, workers: list[Worker], wrong: dict[str, str], *, lease_s: float
) -> list[Figure]:
    """Kill the worker with the right clock, which leaves its jobs to the other one; then the other way round."""
    waited: list[float] = []
    longest, early = 0.0, 0
    for number, environment in enumerate([{}, wrong]):
        gate(stage.record).unlink(missing_ok=True)
        batch = stage.jobs.filter(pk__in=stage.insert(CHILDREN * len(workers), f"held:{off}:{number}"))
        wait_until(partial(are_all, Status.PROCESSING, batch))
        longest = max(longest, longest_lease(batch, lease_s))
        leases = dict(batch.values_list("pk", "lease_until"))
        killed_at = kill(workers[number])
        gate(stage.record).touch()
        wait_until(partial(are_all, Status.SUCCESS, batch), PATIENCE_S)
        lost = stage.attempts(outcome=Outcome.LOST, generation__in=batch)
        early += sum(ended < leases[job] for job, ended in lost.values_list("generation", "ended_at"))
        waited += [seconds_since(killed_at, row) for row in batch.filter(attempt=2)]
        workers[number] = stage.worker(**environment).ready()
    return [
        at_most(f"Longest lease of {lease_s:g} s that was seen", longest, lease_s, " s"),
        exactly("Jobs of a killed worker that the other clock's took over", len(waited), 2 * CHILDREN),
        none("Leases that were ended early", early),
        at_most("Recovery, p99", p99(waited), lease_s + MARGIN_S, " s"),
    ]


def longest_lease(batch: Any, lease_s: float) -> float:
    """What is left of the leases, looked at while they are renewed."""
    longest, over_at = 0.0, time.monotonic() + lease_s
    while time.monotonic() < over_at:
        left = batch.aggregate(left=Max(F("lease_until") - Now()))["left"]
        longest = max(longest, left.total_seconds())
        time.sleep(LOOKS_EACH_S)
    return longest


def logged_off(log: str) -> timedelta:
    """By how much the last line of a log that has just been written is off."""
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    told = datetime.fromisoformat(lines[-1]["timestamp"])
    return told - datetime.now(UTC)
