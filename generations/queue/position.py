"""How the queue stands, as this process saw it last, and the place of a generation that waits in it.

A generation's rank among its own project's is asked of the database; the other projects' share of what stands before it
is taken from a look at the whole queue that is repeated at most once a second.
"""

import math
from collections.abc import Iterable
from datetime import datetime
from typing import cast

from django.db import models
from django.db.models import Q, Subquery

from generations.exceptions import QueueFull
from generations.models import Generation, Place, Status
from generations.queue.routing import queue_of
from generations.queue.snapshot import Queue, lookout
from projects.compiled_queries import CompiledCount, Parameter
from projects.models import Project

# Where a project may have any number waiting, so many are counted.
MOST_COUNTED = 1000
LONGEST_RETRY_AFTER_S = 60
# An estimate is rounded up: to 5 s in the first minute, to half a minute in the first ten, to 5 minutes from there on.
STEPS_S = ((60, 5), (600, 30), (math.inf, 300))

ID = Parameter("id", models.UUIDField())
OF_PROJECT = Generation.objects.waiting().filter(project=Parameter("project", models.UUIDField()))
ITS_TIME = Subquery(Generation.objects.filter(pk=ID).values("created_at"))
# In the order of the queue, so that PostgreSQL counts on its index and on no other.
WAITING = CompiledCount(lambda: OF_PROJECT)
OLDER = CompiledCount(lambda: OF_PROJECT.filter(Q(created_at__lt=ITS_TIME) | Q(id__gt=ID), created_at__lte=ITS_TIME))


def take_place(project: Project) -> Place | None:
    """The place of a generation that is about to be made, or raise QueueFull; None where that is too far to count.

    Two requests at the same moment may take the same last place: the limit holds to within as many as come at once.
    """
    limit = project.queue_limit
    waiting = WAITING.run(limit or MOST_COUNTED, project=project.pk)
    if limit and waiting >= limit:
        queue = lookout.queue(queue_of(project.image_provider))
        wait_s = queue.seconds_for(1, project_slots(project, queue))
        raise QueueFull() if wait_s is None else QueueFull(min(max(1, math.ceil(wait_s)), LONGEST_RETRY_AFTER_S))
    return place_of(project, waiting + 1)


def give_places(project: Project, generations: Iterable[Generation], *, afresh: bool = False) -> None:
    """Tell those of a project's generations that wait their places; one page of a list, or a single one, ``to_show``.

    What waits of one page follows each other in the queue as well, so that one count is enough. ``afresh`` asks the
    database whether a provider is down, for whoever was told to look this moment.
    """
    waiting = [row for row in generations if row.status == Status.PENDING and row.deleted_at is None]
    if not waiting:
        return
    waiting.sort(key=lambda row: (row.created_at, -row.pk.int))
    older = OLDER.run(project.queue_limit or MOST_COUNTED, project=project.pk, id=waiting[0].pk)
    for rank, row in enumerate(waiting, older + 1):
        pause = row.next_attempt_at - cast(datetime, row.database_time)
        row.place = place_of(project, rank, due_in_s=pause.total_seconds())
        row.hold = lookout.hold(project, afresh=afresh and row is waiting[0])


def place_of(project: Project, rank: int, *, due_in_s: float = 0) -> Place | None:
    """By its rank among its own project's; the estimate counts what its project may have in hand, and a pause."""
    if not project.queue_limit and rank > MOST_COUNTED:
        return None
    queue = lookout.queue(queue_of(project.image_provider))
    position = queue.position(project.pk, rank)
    waits = [queue.seconds_for(position, queue.in_hand), queue.seconds_for(rank, project_slots(project, queue))]
    hold = lookout.hold(project)
    if (pause_s := max(due_in_s, hold.wait_s if hold else 0)) > 0:
        waits.append(pause_s)
    known = [wait for wait in waits if wait is not None]
    return Place(position, rounded(max(known)) if known else None)


def project_slots(project: Project, queue: Queue) -> int:
    """How many of a project's are painted at once, at most: as many as there are workers busy, or its limit."""
    limit = project.concurrency_limit
    return min(limit, queue.in_hand) if limit else queue.in_hand


def rounded(seconds: float) -> int:
    """Coarse, so that an answer stays the same for a while, and nobody takes it for a promise."""
    step = next(step for end, step in STEPS_S if seconds <= end)
    return math.ceil(seconds / step) * step
