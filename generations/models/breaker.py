"""What is known of a provider that fails: a row from its first failure until it works again, and none otherwise."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.db.models.functions import Now


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a generation that waits is not taken: no provider of its chain may be asked before ``retry_at``."""

    provider: str
    error_code: str
    error_message: str
    since: datetime
    retry_at: datetime
    seen_at: datetime
    """The database's time when this was read."""

    @property
    def wait_s(self) -> float:
        return (self.retry_at - self.seen_at).total_seconds()


class BreakerQuerySet(models.QuerySet["Breaker"]):
    def as_now(self) -> "BreakerQuerySet":
        """Each with ``database_time``, which alone tells whether its pause is over."""
        return self.annotate(database_time=Now())


class Breaker(models.Model):
    """A provider's circuit breaker: closed while it counts failures, open from ``retry_at`` being set until it is gone.

    It lives in the database and not in the cache, so that all workers see the same one, by one clock, and neither an
    emptied cache nor one that is away lets a thousand calls through.
    """

    alias = models.CharField(max_length=255, primary_key=True, help_text="As in IMAGE_PROVIDERS.")
    failed = models.JSONField(default=list, help_text="Whose attempts failed in a row, each generation once.")
    since = models.DateTimeField(db_default=Now(), help_text="The first failure after the last success.")
    retry_at = models.DateTimeField(null=True, help_text="Open: from then on one attempt may ask it.")
    pace = models.DurationField(default=timedelta, help_text="Open: how long after that one the next may.")
    successes = models.PositiveSmallIntegerField(default=0, help_text="Open: since the last failure.")
    error_code = models.CharField(max_length=32, blank=True)
    error_message = models.TextField(blank=True)

    database_time: datetime | None = None
    """When it was read, where the query asked for it; no column."""

    objects = BreakerQuerySet.as_manager()

    def __str__(self) -> str:
        return self.alias

    @property
    def is_open(self) -> bool:
        return self.retry_at is not None

    @property
    def may_be_asked(self) -> bool:
        """Whether its pause was over when it was read; of those who try at once, one may."""
        return self.retry_at is None or (self.database_time is not None and self.retry_at <= self.database_time)
