"""One web process and one worker whose clock is two hours off, beside one of each whose clock is right."""

import json
from datetime import timedelta
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from generations.models import Outcome, Status
from projects.webhooks.models import Delivery, Endpoint
from projects.webhooks.models import Status as DeliveryStatus
from tests.client import GENERATIONS
from tests.drills.figures import Figure, at_most, exactly, none
from tests.drills.leases import hold_leases, logged_off
from tests.drills.stage import Stage, body_of
from tests.drills.told import Told
from tests.live.worker import wait_until
from tests.projects.webhooks.receivers import Receiver, receiver
from tests.servers.clock import wrong_clock

SMALL: dict[str, Any] = {"clocks": ("+2h",), "jobs": 4, "lease_s": 3, "heartbeat_s": 1}
FULL: dict[str, Any] = {"clocks": ("+2h", "-2h"), "jobs": 40, "lease_s": 15, "heartbeat_s": 5}
SHORTEST_PAUSE_S = 1.5
WEBHOOKS = "/api/v1/webhooks"
PATIENCE_S = 120


def hold(stage: Stage, *, clocks: tuple[str, ...], jobs: int, lease_s: float, heartbeat_s: float) -> list[Figure]:
    stage.environment |= {"LEASE_S": str(lease_s), "HEARTBEAT_S": str(heartbeat_s)}
    stage.environment |= {"WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8", "SECRET_KEY": "x" * 50}
    figures = []
    for off in clocks:
        with receiver() as there:
            figures += Scene(stage, off, there).play(jobs, lease_s)
    return figures


class Scene:
    """Two hours ahead, or behind; every request goes once to the right and once to the wrong clock."""

    def __init__(self, stage: Stage, off: str, there: Receiver) -> None:
        self.stage, self.off, self.there, self.told = stage, off, there, Told()
        self.wrong = wrong_clock(off)
        self.webs = [stage.web(), stage.web(**self.wrong)]
        self.workers = [stage.worker().ready(), stage.worker(**self.wrong).ready()]
        self.jobs = stage.jobs.filter(original_prompt__contains=off)

    def play(self, jobs: int, lease_s: float) -> list[Figure]:
        secret = self.listen()
        replays = self.post_and_repeat(jobs)
        canceled = self.cancel_one()
        self.all_end()
        leases = hold_leases(self.stage, self.off, self.workers, self.wrong, lease_s=lease_s)
        self.follow_one()
        self.read_lists()
        wait_until(lambda: not self.deliveries().filter(status=DeliveryStatus.PENDING).exists(), PATIENCE_S)
        figures = [
            none(f"Clocks {self.off}: processes that did not see that time", self.in_time()),
            exactly("Answers given again for the same key by the other clock", replays, jobs),
            *self.pauses(jobs),
            *leases,
            none("Not done, or canceled in vain", self.jobs.exclude(status=Status.SUCCESS).count() - canceled),
            none(f"Of {self.told.times} times and waits in answers: wrong", self.told.wrong),
            none(f"Of {len(self.there.posted)} signed webhooks: refused, or missing", self.refused(secret)),
        ]
        Endpoint.objects.filter(url=self.there.url).delete()
        for worker in self.workers:
            worker.kill()
        return figures

    def listen(self) -> str:
        """A webhook, made by the wrong clock; returns its secret."""
        body = json.dumps({"url": self.there.url}).encode()
        made = self.told.read(self.webs[1].call(self.stage.key, "POST", WEBHOOKS, body), 201)
        return str(made["secret"])

    def post_and_repeat(self, jobs: int) -> int:
        """Jobs whose provider fails once; each is posted again to the other web process. Returns how many came back."""
        replays = 0
        for number in range(jobs):
            first, second = self.webs if number % 2 else reversed(self.webs)
            body, key = body_of(f"once:{self.off}:{number}"), {"Idempotency-Key": f"{self.off}-{number}"}
            made = self.told.read(first.call(self.stage.key, "POST", body=body, **key), 201)
            again = second.call(self.stage.key, "POST", body=body, **key)
            same = self.told.read(again, 201)["id"] == made["id"]
            replays += same and again.headers["Idempotency-Replayed"] == "true"
            for web in self.webs:
                self.told.read(web.call(self.stage.key, path=f"{GENERATIONS}/{made['id']}"))
        return replays

    def cancel_one(self) -> int:
        """Posted to the right clock and canceled at the wrong one."""
        made = self.told.read(self.stage.post(self.webs[0], f"slow:5:{self.off}"), 201)
        path = f"{GENERATIONS}/{made['id']}/cancel"
        canceled = self.told.read(self.webs[1].call(self.stage.key, "POST", path), 202)
        return int(canceled["errorCode"] == "CANCELED")

    def follow_one(self) -> None:
        """Wait for one at each clock until it has ended."""
        for web in self.webs:
            answer = self.stage.post(web, f"slow:0.5:{self.off}", Prefer="wait=30")
            assert self.told.read(answer, 201)["status"] == "success"

    def read_lists(self) -> None:
        for web in self.webs:
            self.told.read(web.call(self.stage.key))
            for webhook in self.told.read(web.call(self.stage.key, path=WEBHOOKS)):
                self.told.read(web.call(self.stage.key, path=f"{WEBHOOKS}/{webhook['id']}/deliveries"))

    def all_end(self) -> None:
        self.stage.all_end(PATIENCE_S)

    def pauses(self, jobs: int) -> list[Figure]:
        """How long those that failed once were put off, from row to row."""
        ended = dict(self.stage.attempts(number=1, outcome=Outcome.RETRY).values_list("generation", "ended_at"))
        began = self.stage.attempts(number=2, generation__in=self.jobs).values_list("generation", "started_at")
        pauses = [(start - ended[job]).total_seconds() for job, start in began if job in ended]
        shortest = min(pauses, default=0.0)
        return [
            exactly("Jobs tried again after their provider had failed", len(pauses), jobs),
            Figure(
                "Shortest pause before it", f"{shortest:.2f} s", f"≥ {SHORTEST_PAUSE_S} s", shortest >= SHORTEST_PAUSE_S
            ),
            at_most("Longest pause before it, with its wait for a worker", max(pauses, default=0.0), PATIENCE_S, " s"),
        ]

    def in_time(self) -> int:
        """How many of the two do not log the time that they were told."""
        return sum(abs(logged_off(log) - hours(self.off)) > timedelta(minutes=10) for log in self.logs())

    def logs(self) -> list[str]:
        return [self.workers[1].log, self.webs[1].log.read_text()]

    def refused(self, secret: str) -> int:
        """Messages that a receiver with the right clock does not believe; and those that never came."""
        refused = 0
        for posted in self.there.posted:
            try:
                Webhook(secret).verify(posted.body, dict(posted.headers))
            except WebhookVerificationError:
                refused += 1
        came = {posted.id for posted in self.there.posted}
        return refused + len(set(self.deliveries().values_list("message_id", flat=True)) - came)

    def deliveries(self) -> Any:
        return Delivery.objects.filter(endpoint__url=self.there.url)


def hours(off: str) -> timedelta:
    return timedelta(hours=int(off.removesuffix("h")))
