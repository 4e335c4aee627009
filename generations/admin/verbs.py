"""What can be done with many generations: each verb is one service, for those that it applies to."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework.exceptions import APIException

from generations import services
from generations.models import Generation, Status
from generations.queue.routing import chain_of
from generations.queue.scheduling import with_queue
from projects.models import Project

UNFINISHED = (Status.PENDING, Status.PROCESSING)


@dataclass(frozen=True, slots=True)
class Verb:
    """An action of the list; ``service`` says False, or raises an APIException, where it has done nothing.

    It ``applies`` to rows whose ``moment`` is not after the question, so that none is taken twice, nor one that came
    since. With a ``warning`` it always asks.
    """

    name: str
    title: str
    done: str
    service: Callable[[Generation], bool]
    applies: Q
    moment: str = "created_at"
    warning: str = ""


def run_again(generation: Generation) -> bool:
    services.run_again(generation)
    return True


RUN_AGAIN = Verb(
    "run_again",
    "Run again",
    "Run again",
    run_again,
    Q(status=Status.FAILED, deleted_at=None),
    moment="finished_at",
)
FAIL_NOW = Verb(
    "fail_now",
    "Fail now",
    "Failed by an operator",
    services.fail_generation,
    Q(status__in=UNFINISHED),
    warning="What waits or runs ends as failed; a late picture is thrown away.",
)
MOVE_TO_TRASH = Verb(
    "move_to_trash", "Move to trash", "Moved to the trash", services.trash_generation, Q(deleted_at=None)
)
RESTORE = Verb("restore", "Restore", "Restored", services.restore_generation, Q(deleted_at__isnull=False))
DELETE_WITH_IMAGE = Verb(
    "delete_with_image",
    "Delete with image",
    "Deleted with its image",
    services.purge_generation,
    Q(),
    warning="Rows and files go for good. An image with an alias stays.",
)


class BulkResult:
    """What came of a verb: which generations it changed, and why it left the others as they were."""

    def __init__(self, verb: Verb) -> None:
        self.verb = verb
        self.changed: list[Generation] = []
        self.left: Counter[str] = Counter()

    def do(self, generations: Iterable[Generation]) -> list[Generation]:
        """Call the service for each, which undoes what it refuses; return which of them it has changed."""
        before = len(self.changed)
        for generation in generations:
            try:
                changed, why = self.verb.service(generation), ""
            except APIException as error:
                changed, why = False, str(error.detail)
            if changed:
                self.changed.append(generation)
            else:
                self.left[why] += 1
        return self.changed[before:]

    def __str__(self) -> str:
        said = [f"{self.verb.done}: {len(self.changed):,}."]
        if self.left:
            said.append(f"Left as they were: {self.left.total():,}.")
        said += [f"{count:,} of these: {why}" for why, count in self.left.most_common() if why]
        return " ".join(said)


def shares(rows: QuerySet[Generation]) -> list[dict[str, Any]]:
    """How many of these few rows are each project's, whom it asks for pictures, and how many more may wait there."""
    counted = Counter(rows.values_list("project_id", flat=True))
    projects = with_queue(Project.objects.filter(pk__in=counted)).select_related("organization")
    return [
        {
            "project": project,
            "count": counted[project.pk],
            "providers": ", then ".join(chain_of(project.image_provider)),
            "room": max(0, project.queue_limit - project.waiting) if project.queue_limit else None,
        }
        for project in sorted(projects, key=lambda project: -counted[project.pk])
    ]
