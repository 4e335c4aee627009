"""The generations of the last hour by status and provider, and how long they took: for the metrics."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce, JSONObject, Now

from generations.models import Generation

WINDOW = timedelta(hours=1)
BUCKETS_S = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)


@dataclass(frozen=True, slots=True)
class Group:
    """Generations of one status and provider; ``within`` counts those that took at most so many seconds."""

    status: str
    provider: str
    count: int
    timed: int
    seconds: float
    within: dict[float, int]


def recent() -> list[Group]:
    """One range of the index by date, so its cost follows the traffic of an hour and not the size of the table."""
    found = Generation.objects.filter(created_at__gte=Now() - WINDOW).values("status", "provider").order_by()
    rows = found.annotate(
        count=Count("*"),
        timed=Count("processing_time_ms"),
        total_ms=Coalesce(Sum("processing_time_ms"), 0),
        within=JSONObject(**{str(s): Count("pk", filter=Q(processing_time_ms__lte=s * 1000)) for s in BUCKETS_S}),
    )
    return [
        Group(
            status=row["status"],
            provider=row["provider"],
            count=row["count"],
            timed=row["timed"],
            seconds=row["total_ms"] / 1000,
            within={s: row["within"][str(s)] for s in BUCKETS_S},
        )
        for row in rows
    ]
