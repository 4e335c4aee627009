"""Claims on generations that were canceled or deleted while a worker painted: they count until that worker lets go."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from generations.models.choices import Status
from generations.models.generation import Claim, Generation
from projects.models import Project


class AbandonedClaimQuerySet(models.QuerySet["AbandonedClaim"]):
    def in_hand(self) -> "AbandonedClaimQuerySet":
        """Those whose worker has not let go yet, and lives as far as anybody knows."""
        return self.filter(lease_until__gt=Now())

    def of(self, claim: Claim) -> "AbandonedClaimQuerySet":
        return self.filter(generation_id=claim.generation_id, attempt=claim.attempt)

    def abandon(self, generation: Generation) -> None:
        """Let the claim on a locked row count on, if a worker has one; in the transaction that ends or deletes it."""
        if generation.status != Status.PROCESSING or generation.lease_until is None:
            return
        claim = self.model(
            project_id=generation.project_id,
            generation_id=generation.pk,
            attempt=generation.attempt,
            lease_until=generation.lease_until,
        )
        self.bulk_create([claim], ignore_conflicts=True)

    def renew_lease(self, claim: Claim) -> bool:
        """Its worker still paints; no longer than a job may last, as with any claim."""
        oldest = Now() - timedelta(seconds=settings.JOB_DEADLINE_S)
        lease_until = Now() + timedelta(seconds=settings.LEASE_S)
        return bool(self.of(claim).filter(abandoned_at__gt=oldest).update(lease_until=lease_until))

    def let_go(self, claim: Claim) -> None:
        """Its worker has stopped."""
        self.of(claim).delete()

    def over(self) -> "AbandonedClaimQuerySet":
        """Whose worker died: no lease is renewed any more."""
        oldest = Now() - timedelta(seconds=settings.JOB_DEADLINE_S)
        return self.filter(lease_until__lte=Now(), abandoned_at__lte=oldest)


class AbandonedClaim(models.Model):
    """A claim that nobody wants any more. Its worker asks a provider for a picture all the same, and that is paid."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="abandoned_claims", db_index=False)
    generation_id = models.UUIDField(help_text="No key: the generation may be gone.")
    attempt = models.PositiveIntegerField()
    lease_until = models.DateTimeField(help_text="After it, its worker counts as dead.")
    abandoned_at = models.DateTimeField(db_default=Now())

    objects = AbandonedClaimQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["generation_id", "attempt"], name="abandoned_claim_once")]
        indexes = [models.Index("project", "lease_until", name="abandoned_claim_in_hand")]

    def __str__(self) -> str:
        return f"attempt {self.attempt} of {self.generation_id}"


BATCH = 500


def purge_abandoned_claims() -> int:
    """Delete a batch of those whose workers died; return how many there were."""
    over: Iterable[int] = AbandonedClaim.objects.over().order_by("pk").values_list("pk", flat=True)[:BATCH]
    deleted, _ = AbandonedClaim.objects.filter(pk__in=list(over)).delete()
    return deleted
