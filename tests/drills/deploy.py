"""A rolling deploy under load: each worker in turn is told to end and replaced, while requests go on coming."""

from typing import Any

from generations.models import Outcome, Status
from tests.api.live import LiveServer
from tests.drills.figures import Figure, exactly, none
from tests.drills.stage import Stage
from tests.live.worker import wait_until

WORKERS = 2
CHILDREN = 2
JOB = "slow:0.4"
ENDS_WITHIN_S = 300

SMALL: dict[str, Any] = {"terminations": 2, "jobs": 24}
FULL: dict[str, Any] = {"terminations": 20, "jobs": 1000}


def hold(stage: Stage, *, terminations: int, jobs: int) -> list[Figure]:
    web = stage.web()
    workers = [stage.worker().ready() for _ in range(WORKERS)]
    statuses: list[int] = []
    for _ in range(terminations):
        # The new one comes first, as in a deploy that is not to be felt; and the old one goes with its hands full.
        workers.append(stage.worker().ready())
        post(stage, web, count=jobs // terminations)
        wait_until(lambda: stage.jobs.filter(status=Status.PROCESSING).count() == len(workers) * CHILDREN)
        statuses.append(workers.pop(0).stop())
    stage.all_end(ENDS_WITHIN_S)
    return [
        exactly("Rolling deploy: workers ended by SIGTERM, status 0", statuses.count(0), terminations),
        exactly(f"Of {jobs:,} jobs posted meanwhile: done", stage.jobs.filter(status=Status.SUCCESS).count(), jobs),
        exactly("Provider calls, recorded by O_APPEND", len(stage.calls), jobs),
        none("Attempts beyond the first", stage.jobs.exclude(attempt=1).count()),
        none("Attempts that did not succeed", stage.attempts().exclude(outcome=Outcome.SUCCESS).count()),
    ]


def post(stage: Stage, web: LiveServer, *, count: int) -> None:
    for _ in range(count):
        answer = stage.post(web, JOB)
        assert answer.status == 201, answer.body
