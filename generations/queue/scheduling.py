"""Whose turn it is: workers go round the projects that wait, and take the oldest generation of each."""

from collections import Counter
from datetime import timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce, Now, NullIf

from generations.models.abandoned import AbandonedClaim
from generations.models.choices import Status
from generations.models.generation import Generation, GenerationQuerySet
from generations.queue.candidates import EVERYONE, SEEN_AT_ONCE, Candidates
from projects.compiled_queries import CompiledCount, CompiledQuery, CompiledUpdate, Parameter
from projects.models import Project

ID = Parameter("id", models.UUIDField())
PUT_ASIDE_FOR = timedelta(minutes=1)
DEFAULT_LIMIT = Parameter("default_limit", models.IntegerField())


class ProjectAtLimit(Exception):
    """Others took all that their project may have in hand, at the same moment; nothing is taken."""


def of_project() -> GenerationQuerySet:
    """The generations of the project that a query on projects looks at."""
    return Generation.objects.filter(project=OuterRef("pk"))


def number_of(rows: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values("project").annotate(n=Count("*")).values("n")), 0)


def in_hand() -> CombinedExpression:
    """What workers hold of a project: what is processing, and what was canceled or deleted in the middle of that."""
    abandoned = AbandonedClaim.objects.in_hand().filter(project=OuterRef("pk"))
    return number_of(of_project().filter(status=Status.PROCESSING)) + number_of(abandoned)


def last_turn() -> Subquery:
    began = of_project().filter(started_at__isnull=False).order_by("-started_at")
    return Subquery(began.values("started_at")[:1])


def next_due() -> Subquery:
    """A scalar subquery and no EXISTS: that may become a join, which reads all that waits.

    What is due for the longest time comes first, so that one look tells that all of a project's are postponed; on the
    index generation_due, which the condition that every row meets is for.
    """
    return Subquery(of_project().due().filter(attempt__gte=0).order_by("next_attempt_at").values("pk")[:1])


def in_turn(projects: QuerySet[Project]) -> QuerySet[Project]:
    """First who has the fewest in hand, then who has had no turn for the longest time.

    One worker goes round them; many share themselves out evenly, and what one project does not need is the others'.
    """
    ordered = projects.alias(in_hand=in_hand(), last_turn=last_turn())
    return ordered.order_by("in_hand", F("last_turn").asc(nulls_first=True), "created_at", "pk")


def with_queue(projects: QuerySet[Any]) -> QuerySet[Any]:
    """Each project with how many of its generations are ``waiting``, since when the ``oldest``, and are ``running``."""
    waiting = of_project().waiting()
    oldest = Subquery(waiting.values("created_at")[:1])
    found: QuerySet[Any] = projects.annotate(waiting=number_of(waiting), oldest=oldest, running=in_hand())
    return found


def in_line() -> QuerySet[Any]:
    """The projects that have something waiting, as their turns come; but the disabled ones, for theirs is held."""
    return in_turn(with_queue(Project.objects.filter(is_active=True)).filter(waiting__gt=0))


def held_up() -> QuerySet[Any]:
    """The disabled projects that have something waiting, those first that have waited for the longest time."""
    return with_queue(Project.objects.filter(is_active=False)).filter(waiting__gt=0).order_by("oldest", "pk")


def claimable(served: Q) -> QuerySet[Project]:
    """Projects of which a worker may take something now, by a Q on projects that says whom it works for."""
    limit = NullIf(Coalesce("max_concurrent", DEFAULT_LIMIT), 0)
    waiting = Project.objects.filter(served, pk__in=Candidates(), is_active=True).alias(
        due=next_due(), in_hand=in_hand(), limit=limit
    )
    return waiting.filter(Q(limit=None) | Q(in_hand__lt=F("limit")), due__isnull=False)


def next_rows(served: Q, skip: int) -> GenerationQuerySet:
    """The one row whose turn it is: the project is chosen, its oldest row that nobody is taking is locked."""
    project = Subquery(in_turn(claimable(served)).values("pk")[skip : skip + 1])
    due = Generation.objects.due().filter(project=project)
    row = Subquery(due.select_for_update(skip_locked=True).values("pk")[:1])
    return Generation.objects.filter(pk=row)


@lru_cache
def claim_statement(served: Q, skip: int) -> CompiledUpdate:
    """One UPDATE: the row whose turn it is is taken."""
    return CompiledUpdate(
        lambda: next_rows(served, skip),
        status=Status.PROCESSING,
        attempt=F("attempt") + 1,
        lease_until=Now() + Parameter("lease", models.DurationField()),
        started_at=Now(),
        error_code="",
        error_message="",
        updated_at=Now(),
    )


CLAIMED = CompiledQuery(lambda: Generation.objects.filter(pk=ID).select_related("project__organization"))
LOCKED_PROJECT = CompiledQuery(lambda: Project.objects.select_for_update(no_key=True).filter(pk=ID))
NUMBER_IN_HAND: CompiledQuery[Any] = CompiledQuery(
    lambda: Project.objects.filter(pk=ID).only("pk").annotate(in_hand=in_hand())
)


@lru_cache
def postpone_statement(served: Q, skip: int) -> CompiledUpdate:
    return CompiledUpdate(
        lambda: next_rows(served, skip), next_attempt_at=Now() + PUT_ASIDE_FOR, ring_at=Now() + PUT_ASIDE_FOR
    )


@lru_cache
def claimable_count(served: Q) -> CompiledCount:
    return CompiledCount(lambda: claimable(served))


@transaction.atomic(savepoint=False)
def claim_next(served: Q, *, skip: int = 0, start: UUID | None = None) -> Generation | None:
    """Take the generation whose turn it is for one attempt, with its project; or None, or raise ProjectAtLimit.

    Atomic, so that the attempt that is read back is the one that was taken, however long this process is paused.
    ``skip`` leaves the first so many projects out. With ``start`` a bounded number of projects is looked at, from there
    on; else all that have something waiting.
    """
    lease = timedelta(seconds=settings.LEASE_S)
    found = claim_statement(served, skip).take(lease=lease, **look(start))
    claimed = CLAIMED.first(id=found) if found else None
    if claimed is not None:
        keep_within_limit(claimed.project)
    return claimed


@transaction.atomic
def put_aside(served: Q, *, skip: int = 0, start: UUID | None = None) -> UUID | None:
    """Postpone the generation whose turn it is, by the same look, because it cannot be claimed; return its id.

    Whatever is wrong with one row stops neither its project's others nor the other projects.
    """
    found: UUID | None = postpone_statement(served, skip).take(**look(start))
    return found


def look(start: UUID | None) -> dict[str, Any]:
    """What the statements that look for a project want to know."""
    seen = {"start": start, "seen": SEEN_AT_ONCE} if start else EVERYONE
    return {"default_limit": settings.MAX_CONCURRENT, **seen}


def keep_within_limit(project: Project) -> None:
    """Count again, one after the other: simultaneous claims do not see each other, and each saw room for itself."""
    limit = project.concurrency_limit
    if limit:
        LOCKED_PROJECT.first(id=project.pk)
        # In a statement of its own, which sees what was committed while this one waited for the lock.
        counted = NUMBER_IN_HAND.first(id=project.pk)
        if counted is None or counted.in_hand > limit:
            raise ProjectAtLimit


def anything_to_claim(served: Q) -> bool:
    """Whether something is there to be taken, or is being taken at this moment."""
    return bool(claimable_count(served).run(1, **look(None)))


def rooms() -> dict[UUID, int]:
    """Free slots per project, for projects with running generations and a concurrency limit."""
    taken: Counter[tuple[UUID, int | None]] = Counter()
    for rows in (Generation.objects.filter(status=Status.PROCESSING), AbandonedClaim.objects.in_hand()):
        counted = rows.order_by().values_list("project", "project__max_concurrent").annotate(n=Count("*"))
        taken.update({(project, limit): n for project, limit, n in counted})
    limits = ((project, settings.MAX_CONCURRENT if own is None else own, n) for (project, own), n in taken.items())
    return {project: limit - n for project, limit, n in limits if limit}
