"""Which projects a claim looks at: of however many have something waiting, a bounded number.

Of more than SEEN_AT_ONCE, so many are seen from a place on that chance chooses, besides those of the few that have been
due for the longest time. So each claim costs the same, and whoever has had no turn for the longest time is soon seen.
"""

from typing import Any
from uuid import UUID

from django.db.models import Expression, IntegerField, UUIDField
from django.db.models.functions import Now

from projects.compiled_queries import Parameter

SEEN_AT_ONCE = 90
LONGEST_DUE = 10
EVERYONE = {"start": UUID(int=0), "seen": 2**31 - 1}
START, SEEN = Parameter("start", UUIDField()), Parameter("seen", IntegerField())

# From one project that has something waiting to the next, a step on the index generation_due each: DISTINCT would read
# all that waits. No other index has this order, so that PostgreSQL never looks among all that has ended. What every row
# meets, attempt >= 0 and deaths >= 0, names the one index that may be taken: see generation_due.
NEXT = """
    SELECT project_id FROM generations_generation
    WHERE status = 'pending' AND deleted_at IS NULL AND attempt >= 0 AND project_id {}
    ORDER BY project_id, next_attempt_at LIMIT 1"""
SQL = f"""
WITH RECURSIVE above (project_id) AS (
    SELECT project_id FROM ({NEXT.format(">= %s")}) AS first_above
    UNION ALL
    SELECT ({NEXT.format("> above.project_id")}) FROM above WHERE above.project_id IS NOT NULL
), below (project_id) AS (
    SELECT project_id FROM ({NEXT.format("< %s")}) AS first_below
    UNION ALL
    SELECT ({NEXT.format("> below.project_id AND project_id < %s")}) FROM below WHERE below.project_id IS NOT NULL
)
SELECT project_id FROM (
    SELECT project_id FROM above WHERE project_id IS NOT NULL
    UNION ALL
    SELECT project_id FROM below WHERE project_id IS NOT NULL
    LIMIT %s
) AS seen
UNION
SELECT project_id FROM (
    SELECT project_id FROM generations_generation
    WHERE status = 'pending' AND deleted_at IS NULL AND deaths >= 0 AND next_attempt_at <= NOW
    ORDER BY next_attempt_at LIMIT %s
) AS longest_due
"""  # noqa: S608


class Candidates(Expression):
    """The ids of these projects, for ``pk__in``; a statement with it takes the values ``start`` and ``seen``."""

    def __init__(self) -> None:
        super().__init__(output_field=UUIDField())

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        now, at = compiler.compile(Now())
        (_, start), (_, seen) = compiler.compile(START), compiler.compile(SEEN)
        return f"({SQL.replace('NOW', now)})", (*start, *start, *start, *seen, *at, LONGEST_DUE)
