"""Jobs: a Celery worker with two processes beside two bare loops."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection
from django.db.models import Max, Min

from generations.models import Generation, Status
from generations.worker.tasks import run_generation
from tests.bench import loop
from tests.bench.processes import cpu_ms, has_ended, running
from tests.bench.recorder import Desk, pending_generations
from tests.bench.samples import Row, Sample
from tests.servers.redis import empty

PROCESSES = 2
JOBS_WITHIN_S = 60
HELD = "bench:held"
CELERY = f"celery -A config worker --concurrency {PROCESSES} --without-gossip --without-mingle --without-heartbeat"

Publish = Callable[[int], str]


class JobsNotDone(Exception):
    """The worker did not end its jobs well, or not in time."""


def measure_jobs(desk: Desk, *, rounds: int, jobs: int, logs: Path) -> Row:
    row = Row("Job in a worker", target=0.45)
    # What the requests left behind is not part of it.
    Generation.objects.filter(status=Status.PENDING).update(status=Status.FAILED)
    empty(settings.REDIS_URL)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    with (
        running(CELERY.split(), logs / "worker.log") as worker,
        running(["tests.bench.loop"], logs / "loop-1.log") as loop_1,
        running(["tests.bench.loop"], logs / "loop-2.log") as loop_2,
    ):
        sides = ((publish_to_celery, (worker,)), (publish_to_loop, (loop_1, loop_2)))
        for publish, pids in sides:
            take(desk, jobs // 4, publish, pids)
        for _ in range(rounds):
            row.measure(*(partial(take, desk, jobs, publish, pids) for publish, pids in sides))
    return row


def take(desk: Desk, count: int, publish: Publish, pids: tuple[int, ...]) -> Sample:
    """Publish all the jobs where nobody looks, let them go at once, and wait; the database tells how long it took."""
    ids = pending_generations(desk.jobs, count)
    queue = publish(count)
    used = cpu_ms(*pids)
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.rename(HELD, queue)
    batch = Generation.objects.filter(pk__in=ids)
    deadline = time.monotonic() + JOBS_WITHIN_S
    while desk.jobs.generations.filter(status__in=[Status.PENDING, Status.PROCESSING]).exists():
        if time.monotonic() > deadline or any(map(has_ended, pids)):
            raise JobsNotDone(f"Of {count} jobs, {batch.filter(status=Status.SUCCESS).count()} are done.")
        time.sleep(0.05)
    used = cpu_ms(*pids) - used
    done = batch.filter(status=Status.SUCCESS).aggregate(began=Min("started_at"), ended=Max("finished_at"))
    return Sample(count / (done["ended"] - done["began"]).total_seconds(), used / count)


def publish_to_celery(count: int) -> str:
    queue = str(settings.CELERY_TASK_DEFAULT_QUEUE)
    for _ in range(count):
        run_generation.apply_async((queue,), queue=HELD)
    return queue


def publish_to_loop(count: int) -> str:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.lpush(HELD, *["a job waits"] * count)
    return loop.QUEUE
