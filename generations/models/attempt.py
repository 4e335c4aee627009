"""The attempts that ended, for the operator's timeline."""

from datetime import datetime
from typing import Any, cast

from django.db import models
from django.db.models.functions import Now

from generations.models.generation import Generation
from projects.compiled_queries import CompiledInsert


class Outcome(models.TextChoices):
    SUCCESS = "success"
    RETRY = "retry", "will be tried again"
    WAITING = "waiting", "provider down"
    FAILED = "failed"
    LOST = "lost", "worker lost"


class AttemptManager(models.Manager["Attempt"]):
    def describe(
        self,
        claimed: Generation,
        outcome: Outcome,
        *,
        provider: str,
        code: str = "",
        message: str = "",
        tries: Any = (),
    ) -> "Attempt":
        """The end of a claimed generation's current attempt, unsaved."""
        return self.model(
            generation=claimed,
            number=claimed.attempt,
            outcome=outcome,
            provider=provider,
            error_code=code,
            error_message=message,
            tries=list(tries),
            started_at=cast(datetime, claimed.started_at),
        )


class Attempt(models.Model):
    """One attempt that ended, for the operator's timeline."""

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=16, choices=Outcome)
    provider = models.CharField(max_length=50, blank=True)
    error_code = models.CharField(max_length=32, blank=True)
    error_message = models.TextField(blank=True)
    tries = models.JSONField(
        default=list, help_text="What the chain of providers did; generations.worker.provider_chain.Try each."
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(db_default=Now())

    objects = AttemptManager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["generation", "number"], name="attempt_number_in_generation")]

    def __str__(self) -> str:
        return f"attempt {self.number}: {self.outcome}"


NEW_ATTEMPT = CompiledInsert(Attempt)
