"""Page numbers for long tables without counting them."""

import json
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db import connections
from django.db.models import QuerySet

EXACT_UP_TO = 10_000


class EstimatedPaginator(Paginator):
    """Counts exactly up to EXACT_UP_TO rows; beyond, the planner's estimate has to do.

    For a list without filters the planner says what ``pg_class.reltuples`` says; for a filtered one it uses its
    statistics. SQLite keeps none at hand, so that its lists end at EXACT_UP_TO rows, the newest ones.
    """

    object_list: QuerySet[Any]
    template_name = "admin/estimated_pages.html"

    @cached_property
    def count(self) -> int:
        if self.counted <= EXACT_UP_TO:
            return self.counted
        return max(EXACT_UP_TO, planned_rows(self.rows))

    @cached_property
    def counted(self) -> int:
        """All rows, or one more than EXACT_UP_TO."""
        return self.rows[: EXACT_UP_TO + 1].count()

    @property
    def rows(self) -> QuerySet[Any, Any]:
        return self.object_list.order_by().values("pk")

    @property
    def count_in_words(self) -> str:
        """For the foot of the page, which must not claim to have counted."""
        if self.counted <= EXACT_UP_TO:
            return f"{self.count:,}"
        return f"about {self.count:,}" if self.count > EXACT_UP_TO else f"more than {EXACT_UP_TO:,}"


def planned_rows(rows: QuerySet[Any, Any]) -> int:
    """How many rows PostgreSQL expects; 0 from a database that does not say."""
    if connections[rows.db].vendor != "postgresql":
        return 0
    plan = json.loads(rows.explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])
