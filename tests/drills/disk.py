"""The disk of the pictures fills up, stays full for a while, and is cleared."""

import time
from typing import Any

from generations.images.models import Image
from generations.models import Outcome, Status
from tests.api.live import LiveServer
from tests.client import GENERATIONS
from tests.drills.figures import Figure, at_least, exactly, none, yes
from tests.drills.room import disk_at
from tests.drills.stage import Stage
from tests.live.worker import wait_until

SMALL: dict[str, Any] = {"jobs": 4, "may_fail": False}
FULL: dict[str, Any] = {"jobs": 40, "may_fail": True}
SIDE = 1024
PATIENCE_S = 600


def hold(stage: Stage, *, jobs: int, may_fail: bool) -> list[Figure]:
    """With ``may_fail`` it stays full until the first jobs have used up their retries; they are run again by hand."""
    # A picture is kept for as long as its job has time, so that an attempt would take minutes to give up.
    worker = stage.worker(DRILL_PICTURE_SIDE=str(SIDE), TASK_TIME_LIMIT_S="5").ready()
    web = stage.web()
    before = worker.pid, worker.children
    with disk_at(stage.media, worker) as disk:
        assert stage.post(web, "cat").status == 201
        stage.all_end(PATIENCE_S)
        disk.fill()
        for number in range(jobs):
            assert stage.post(web, f"cat:{number}").status == 201
        failures = stage.attempts(error_code="STORAGE_FAILED")
        wait_until(lambda: failures.values("generation").distinct().count() == jobs, PATIENCE_S)
        if may_fail:
            wait_until(stage.jobs.filter(status=Status.FAILED).exists, PATIENCE_S)
        told = web.call("", path="/readyz").json()["parts"]["storage"]
        halves = unknown_files(stage)
        time.sleep(1)  # what was just being written is not left over
        halves &= unknown_files(stage)
        disk.clear()
        stage.all_end(PATIENCE_S)
        failed = run_again(stage, web)
        stage.all_end(PATIENCE_S)
        return [
            at_least("Disk full: attempts that ended in STORAGE_FAILED", failures.count(), jobs),
            none("Attempts that ended otherwise without a picture", others(stage)),
            none("Half files while it was full", len(halves)),
            *([yes("/readyz says that it is the storage", told == "down")] if disk.tells_its_room else []),
            yes(
                "The worker and its children live",
                (worker.pid, worker.children) == before,
            ),
            exactly(
                f"Done with room again ({failed} of them had failed and were run again)",
                stage.jobs.filter(status=Status.SUCCESS).count(),
                jobs + 1,
            ),
            none("Files without a row, or rows without a file", len(unknown_files(stage)) + len(missing_files(stage))),
            yes("/readyz is content", not disk.tells_its_room or web.call("", path="/readyz").status == 200),
        ]


def run_again(stage: Stage, web: LiveServer) -> int:
    """What has failed for want of room runs again under its id."""
    failed = list(stage.jobs.filter(status=Status.FAILED, error_code="STORAGE_FAILED"))
    for row in failed:
        assert web.call(stage.key, "POST", f"{GENERATIONS}/{row.pk}/retry").status == 202
    return len(failed)


def others(stage: Stage) -> int:
    return int(stage.attempts().exclude(outcome=Outcome.SUCCESS).exclude(error_code="STORAGE_FAILED").count())


def keys(stage: Stage) -> set[str]:
    return set(Image.objects.filter(project=stage.project).values_list("key", flat=True))


def unknown_files(stage: Stage) -> set[str]:
    return stage.files() - {"filler"} - keys(stage)


def missing_files(stage: Stage) -> set[str]:
    return keys(stage) - stage.files()
