"""The queue as it was a moment ago: read once for all who ask."""

import math
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db.models import Count
from django.db.models.functions import Now

from generations.models import Attempt, Generation, Hold, Outcome, Status
from generations.queue.circuit_breaker import Breakers
from generations.queue.routing import queue_of
from generations.queue.scheduling import in_line
from projects.models import Project

LOOK_AGAIN_AFTER_S = 1.0


SHARE_OF_LOOKING = 0.05


RECENT, ATTEMPTS = timedelta(minutes=15), 100


# A dead worker, or a provider that is down, says nothing of how long a picture takes.
NO_MEASURE = [Outcome.LOST, Outcome.WAITING]


@dataclass(slots=True)
class Queue:
    """One queue's projects in the order of their turns, with what each has waiting; and how fast it is worked off."""

    waiting: dict[UUID, int] = field(default_factory=dict)
    in_hand: int = 0
    seconds: list[float] = field(default_factory=list)

    def position(self, project_id: UUID, rank: int) -> int:
        """The number of claims until this one, the ``rank``-th of its project, is taken.

        Projects ahead of ours in the round get ``rank`` claims first, those behind ``rank - 1``, and none more than it
        has waiting; one that had nothing waiting until now is the head. With A, B and C waiting in this order, B's
        second is the fifth: A1 B1 C1 A2 B2.
        """
        behind = project_id not in self.waiting
        turns = rank
        for other_id, count in self.waiting.items():
            if other_id == project_id:
                behind = True
            else:
                turns += min(count, rank - 1 if behind else rank)
        return turns

    def seconds_for(self, turns: int, at_once: int) -> float | None:
        """How long so many turns take, so many at once; None where nothing is known of how long one takes."""
        return turns * sum(self.seconds) / len(self.seconds) / at_once if self.seconds and at_once else None


def look() -> dict[str, Queue]:
    """Ask the database how each queue stands."""
    queues: dict[str, Queue] = defaultdict(Queue)
    for project in in_line():
        queues[queue_of(project.image_provider)].waiting[project.pk] = project.waiting
    running = Generation.objects.filter(status=Status.PROCESSING).order_by().values_list("project__image_provider")
    for image_provider, count in running.annotate(n=Count("*")):
        queues[queue_of(image_provider)].in_hand += count
    newest = Attempt.objects.order_by("-pk").values("pk")[:ATTEMPTS]
    ended = (
        Attempt.objects.filter(pk__in=newest, ended_at__gt=Now() - RECENT).exclude(outcome__in=NO_MEASURE).order_by()
    )
    for image_provider, began, end in ended.values_list(
        "generation__project__image_provider", "started_at", "ended_at"
    ):
        queues[queue_of(image_provider)].seconds.append((end - began).total_seconds())
    return dict(queues)


class Lookout:
    """The queues as they stood a moment ago; one thread of the process looks again, and no other waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self._seen: dict[str, Queue] | None = None
        self._holds: dict[str, Hold] = {}
        self._look_again_at = -math.inf

    def queue(self, name: str) -> Queue:
        if time.monotonic() >= self._look_again_at and self._lock.acquire(blocking=self._seen is None):
            try:
                self._look()
            finally:
                self._lock.release()
        return (self._seen or {}).get(name) or Queue()

    def hold(self, project: Project, *, afresh: bool = False) -> Hold | None:
        """What keeps a project's generations from being taken now, or did so when this process looked last."""
        if afresh:
            self._holds = Breakers().look().holds()
        return self._holds.get(project.image_provider)

    def _look(self) -> None:
        began = time.monotonic()
        if began >= self._look_again_at:
            self._seen = look()
            self._holds = Breakers().look().holds()
            took = time.monotonic() - began
            self._look_again_at = began + max(LOOK_AGAIN_AFTER_S, took / SHARE_OF_LOOKING)


lookout = Lookout()
