"""A thousand jobs whose workers all vanished: relays of two workers free them, batch by batch, each once."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from generations.models import Outcome, Status
from generations.worker import maintenance
from tests.drills.figures import Figure, at_least, at_most, exactly, none
from tests.drills.stage import Stage
from tests.live.worker import wait_until

ENDS_WITHIN_S = 300
STATEMENTS_A_JOB = 3.0
GONE_FOR = timedelta(minutes=1)
STUCK: dict[str, Any] = {
    "status": Status.PROCESSING,
    "attempt": 1,
    "started_at": Now() - 2 * GONE_FOR,
    "lease_until": Now() - GONE_FOR,
}

SMALL: dict[str, Any] = {"jobs": 120}
FULL: dict[str, Any] = {"jobs": 1000}


def hold(stage: Stage, *, jobs: int, workers: int = 2) -> list[Figure]:
    stage.insert(jobs, "stuck", **STUCK)
    statements = statements_of_a_round()
    started = [stage.worker() for _ in range(workers)]
    lost = stage.attempts(outcome=Outcome.LOST)
    wait_until(lambda: lost.count() >= jobs)
    stage.all_end(ENDS_WITHIN_S)
    # What one transaction writes has one time.
    batches = Counter(lost.values_list("ended_at", flat=True))
    told = Counter(worker.log.count('"worker_lost"') for worker in started)
    return [
        exactly("Stuck jobs freed", lost.count(), jobs),
        none("Freed twice", lost.count() - lost.values("generation").distinct().count()),
        none("Deaths counted wrongly", stage.jobs.exclude(deaths=1).count()),
        exactly("Lines about them in the workers' logs", sum(count * times for count, times in told.items()), jobs),
        at_least("Batches", len(batches), -(-jobs // maintenance.BATCH)),
        at_most("Jobs in the largest batch", max(batches.values()), maintenance.BATCH),
        at_most("Statements for each job of a batch", statements / min(jobs, maintenance.BATCH), STATEMENTS_A_JOB),
        exactly("All done afterwards", stage.jobs.filter(status=Status.SUCCESS, attempt=2).count(), jobs),
        exactly("Provider calls", len(stage.calls), jobs),
    ]


def statements_of_a_round() -> int:
    """How many one round of the relay takes; it is undone."""
    with CaptureQueriesContext(connection) as statements, transaction.atomic():
        maintenance.free_stalled()
        transaction.set_rollback(True)
    return len(statements)
