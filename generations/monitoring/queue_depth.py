"""How much work waits, and for how long: for the health page and the metrics."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, DurationField, ExpressionWrapper, Min, Q
from django.db.models.functions import Now

from generations.models import Generation, Hold, Status
from generations.queue.broker import Bell
from generations.queue.circuit_breaker import Breakers
from generations.queue.routing import all_queues


@dataclass(frozen=True, slots=True)
class Waiting:
    """Pending generations: how many, the age of the oldest in seconds (None: nothing waits), and how many are held.

    What is held waits for its project to be enabled, and for no worker.
    """

    count: int
    oldest_s: float | None
    held: int = 0


def waiting() -> Waiting:
    """One pass over the pending rows' own index.

    Count and age come together for a reason: PostgreSQL answers a lone MIN(created_at) from the index of all rows by
    date, through a million finished ones when nothing waits.
    """
    pending = Generation.objects.filter(status=Status.PENDING, deleted_at=None)
    active = Q(project__is_active=True)
    found = pending.aggregate(
        count=Count("pk", filter=active), age=age_of_oldest(active), held=Count("pk", filter=~active)
    )
    age: timedelta | None = found["age"]
    return Waiting(found["count"], None if age is None else max(0.0, round(age.total_seconds(), 3)), found["held"])


@dataclass(frozen=True, slots=True)
class Outage:
    """A provider that is down, and how many generations wait for it, by their projects' ``image_provider``."""

    image_provider: str
    hold: Hold
    count: int


def outages() -> list[Outage]:
    """What waits because no provider of its chain may be asked. Nothing is counted while there is no such."""
    return [
        Outage(chain, hold, Generation.objects.waiting().filter(project__image_provider=chain).order_by().count())
        for chain, hold in Breakers().look().holds().items()
    ]


def age_of_oldest(of: Q) -> ExpressionWrapper:
    return ExpressionWrapper(Now() - Min("created_at", filter=of), output_field=DurationField())


def hints_waiting() -> int:
    """How many hints lie in the broker's queues, or raise BellSilent, also where it takes no more of them."""
    bell = Bell()
    try:
        bell.check()
        return sum(bell.unanswered(queue) for queue in all_queues())
    finally:
        bell.close()


def processing() -> int:
    """How many generations a worker has in hand."""
    return Generation.objects.filter(status=Status.PROCESSING).count()
