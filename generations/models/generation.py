"""A prompt becomes an image: the row is the job, and its state moves by conditional UPDATEs only."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from enhancement import Template
from generations.images.models import Image
from generations.models.breaker import Hold
from generations.models.choices import AspectRatio, Status
from projects.compiled_queries import CompiledUpdate, Parameter
from projects.models import ApiKey, Project

RETRY_LIMIT = 1_000
"""Attempts after which one id is not run again: whoever retries in a loop creates a new one instead."""

LAST_ATTEMPT = 32_000
"""An id that has had so many fails for good: the column ends at 32,767, and what cannot be counted stops its claim.

A wider column would be written anew, row by row, while nobody may read the table, and none is needed. From RETRY_LIMIT
on nothing runs again, and one run takes six attempts, or one each four minutes while its provider is down: only with an
OUTAGE_PATIENCE_S of months could it come here.
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to finish one attempt of one generation; it ends when the row's attempt or status moves on."""

    generation_id: uuid.UUID
    attempt: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a waiting generation stands in its queue: 1 is next; and in how many seconds a worker may take it."""

    position: int
    wait_s: int | None


class GenerationQuerySet(models.QuerySet["Generation"]):
    # ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def search(self, *, status: str | None = None, include_deleted: bool = False) -> "GenerationQuerySet":
        """What a list shows, newest first; ties are broken by id, so pages never overlap."""
        found = self if include_deleted else self.filter(deleted_at=None)
        if status:
            found = found.filter(status=status)
        return found.order_by("-created_at", "-id")

    def to_show(self) -> "GenerationQuerySet":
        """Each with its image and with ``database_time``, which alone tells how long its pause still is."""
        return self.select_related("output_image").annotate(database_time=Now())

    def due_for_a_ring(self) -> "GenerationQuerySet":
        """Pending, ready, and nobody rang in time."""
        return self.due().filter(ring_at__lte=Now())

    def waiting(self) -> "GenerationQuerySet":
        """What stands in the queue, oldest first.

        Ties sort by descending id so that only the partial index ``generation_waiting`` matches and the planner cannot
        pick an index over finished rows.
        """
        return self.filter(status=Status.PENDING, deleted_at=None).order_by("created_at", "-id")

    def due(self) -> "GenerationQuerySet":
        """What a worker may take now."""
        return self.waiting().filter(next_attempt_at__lte=Now(), attempt__lt=LAST_ATTEMPT)

    def waiting_for_provider(self) -> "GenerationQuerySet":
        """What was asked for in vain: the provider was down, and that has cost it nothing."""
        return self.waiting().exclude(error_code="")

    def stalled(self) -> "GenerationQuerySet":
        """Their worker has not renewed its lease: it died, or lost the database."""
        return self.filter(status=Status.PROCESSING, lease_until__lt=Now())

    # ── The protocol: every write names the state it expects ─────────────────────────────────────────────────────────

    def held(self, claim: Claim) -> "GenerationQuerySet":
        """The fence: the row while this claim holds it, else nothing."""
        return self.filter(pk=claim.generation_id, attempt=claim.attempt, status=Status.PROCESSING)

    def renew_lease(self, claim: Claim) -> bool:
        """Keep a claim alive, until the job's deadline; False once it is lost."""
        deadline = Now() - timedelta(seconds=settings.JOB_DEADLINE_S)
        lease_until = Now() + timedelta(seconds=settings.LEASE_S)
        return bool(self.held(claim).filter(started_at__gt=deadline).update(lease_until=lease_until))

    def succeed(self, claim: Claim, *, image_id: uuid.UUID, provider: str, model: str, processing_time_ms: int) -> bool:
        """End this claim with its image; False once it is lost."""
        return bool(
            SUCCEED.run(
                id=claim.generation_id,
                attempt=claim.attempt,
                image_id=image_id,
                provider=provider,
                model=model,
                processing_time_ms=processing_time_ms,
            )
        )

    def finish(self, claim: Claim, **changes: Any) -> bool:
        """End this claim otherwise, and only this one: a worker that lost it changes nothing."""
        return bool(self.held(claim).update(lease_until=None, progress=None, updated_at=Now(), **changes))


class Generation(models.Model):
    """A job and its result."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="generations", db_index=False)
    api_key = models.ForeignKey(
        ApiKey,
        verbose_name="API key",
        to_field="key_id",  # what people and logs name a key by, so that neither needs the key's row
        null=True,
        on_delete=models.SET_NULL,
        related_name="generations",
        db_index=False,
        help_text="With which it was asked for; it may be gone.",
    )
    prompt = models.TextField(help_text="What the provider is asked for.")
    original_prompt = models.TextField(help_text="What the caller wrote.")
    auto_enhance = models.BooleanField(help_text="Whether the prompt was enhanced.")
    template = models.CharField(max_length=16, choices=Template)
    enhancer = models.TextField(blank=True, help_text="Whose work the prompt is: its name, model and version.")
    enhancement_ms = models.PositiveIntegerField(null=True, help_text="How long the caller waited for it.")
    enhancement_fallback = models.TextField(blank=True, help_text="Why the rules took the enhancer's place.")
    aspect_ratio = models.CharField(max_length=8, choices=AspectRatio)
    meta = models.JSONField(default=dict, blank=True, help_text="The caller's own.")
    request_id = models.CharField(max_length=64, blank=True, help_text="Of the request that created it.")

    status = models.CharField(max_length=16, choices=Status, default=Status.PENDING)
    attempt = models.PositiveSmallIntegerField(default=0, help_text="The current attempt's number: the fence.")
    retries = models.PositiveSmallIntegerField(default=0, help_text="Attempts that ended in a passing error.")
    deaths = models.PositiveSmallIntegerField(default=0, help_text="Attempts whose worker vanished.")
    waits = models.PositiveIntegerField(db_default=0, help_text="Attempts that found the provider down: no retries.")
    next_attempt_at = models.DateTimeField(db_default=Now(), help_text="No worker takes it before.")
    ring_at = models.DateTimeField(db_default=Now(), help_text="When the relay rings if nobody has taken it.")
    lease_until = models.DateTimeField(null=True, help_text="After it, its worker counts as dead.")
    started_at = models.DateTimeField(null=True, help_text="When the current attempt began.")
    finished_at = models.DateTimeField(null=True)

    output_image = models.OneToOneField(Image, null=True, on_delete=models.SET_NULL, related_name="generation")
    provider = models.CharField(max_length=50, blank=True)
    model = models.CharField(max_length=100, blank=True)
    processing_time_ms = models.PositiveIntegerField(null=True, help_text="From the claim to the stored image.")
    progress = models.FloatField(null=True, help_text="The share that is painted, 0 to 1, where the provider tells.")
    error_code = models.CharField(max_length=32, blank=True, help_text="One of generations.providers.ErrorCode.")
    error_message = models.TextField(blank=True, help_text="For the caller: why it has failed, or what it waits for.")

    created_at = models.DateTimeField(db_default=Now())
    repeated_at = models.DateTimeField(null=True, help_text="When it was last asked to run again, after it had failed.")
    updated_at = models.DateTimeField(db_default=Now(), help_text="Moves with every change of state.")
    deleted_at = models.DateTimeField(null=True, help_text="In the trash since.")

    place: Place | None = None
    """Of one that waits, where somebody has looked; no column, for it changes with every turn."""

    hold: Hold | None = None
    """What keeps one that waits from being taken, where somebody has looked; no column either."""

    others_may_follow: bool = False
    """Of one that was painted just now: whether that has made room for others; no column."""

    database_time: datetime | None = None
    """When it was read, where the query asked for it; no column either."""

    objects = GenerationQuerySet.as_manager()

    class Meta:
        indexes = [
            # Those in the trash are few, so that these serve the lists with them and without: deleted_at comes last.
            models.Index("project", F("created_at").desc(), F("id").desc(), "deleted_at", name="generation_of_project"),
            models.Index(
                "project",
                "status",
                F("created_at").desc(),
                F("id").desc(),
                "deleted_at",
                name="generation_in_status",
            ),
            models.Index(
                "project",
                F("created_at").asc(),
                F("id").desc(),
                "next_attempt_at",
                name="generation_waiting",
                condition=Q(status=Status.PENDING, deleted_at=None),
            ),
            # Each is for one query, which repeats the last of its conditions: without statistics PostgreSQL would take
            # them for others as well, and sort or filter all that waits.
            models.Index(
                "project",
                "next_attempt_at",
                name="generation_due",
                condition=Q(status=Status.PENDING, deleted_at=None, attempt__gte=0),
            ),
            models.Index(
                "next_attempt_at",
                "project",
                name="generation_longest_due",
                condition=Q(status=Status.PENDING, deleted_at=None, deaths__gte=0),
            ),
            models.Index("ring_at", name="generation_ring", condition=Q(status=Status.PENDING)),
            models.Index("project", "lease_until", name="generation_in_hand", condition=Q(status=Status.PROCESSING)),
            models.Index("project", "started_at", name="generation_turn", condition=Q(started_at__isnull=False)),
            models.Index(F("created_at").desc(), F("id").desc(), name="generation_newest"),
            models.Index("finished_at", name="generation_failed", condition=Q(status=Status.FAILED)),
            # For the operator's lists; most rows have no error, and their writes do not touch the first of these.
            models.Index(
                "error_code",
                F("created_at").desc(),
                F("id").desc(),
                name="generation_with_error",
                condition=~Q(error_code=""),
            ),
            models.Index(
                "api_key",
                F("created_at").desc(),
                F("id").desc(),
                name="generation_of_api_key",
                condition=Q(api_key__isnull=False),
            ),
            models.Index(
                "next_attempt_at",
                name="generation_in_outage",
                condition=Q(status=Status.PENDING, deleted_at=None) & ~Q(error_code=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def claim(self) -> Claim:
        """The claim on the attempt that this object was read with."""
        return Claim(self.pk, self.attempt)

    @property
    def may_be_tried_again(self) -> bool:
        """Whether its attempts can still be counted."""
        return self.attempt < LAST_ATTEMPT

    @property
    def retry_count(self) -> int:
        """Attempts after the first, without those that found the provider down."""
        return max(0, self.attempt - self.waits - 1)

    @property
    def asked_for_at(self) -> datetime:
        """From when on its caller has been waiting."""
        return self.repeated_at or self.created_at

    @property
    def error(self) -> tuple[str, str]:
        """Why it has failed, or what it waits for: code and sentence, empty where there is nothing."""
        if self.hold and self.status == Status.PENDING and not self.error_code:
            return self.hold.error_code, self.hold.error_message
        return self.error_code, self.error_message

    @property
    def retry_at(self) -> datetime | None:
        """When one that waits for its provider is tried next."""
        if self.status != Status.PENDING:
            return None
        pauses = [self.next_attempt_at] if self.error_code else []
        return max([*pauses, self.hold.retry_at] if self.hold else pauses, default=None)


ID = Parameter("id", models.UUIDField())
SUCCEED = CompiledUpdate(
    lambda: Generation.objects.held(Claim(cast(Any, ID), cast(Any, Parameter("attempt", models.IntegerField())))),
    status=Status.SUCCESS,
    output_image=Parameter("image_id", models.UUIDField()),
    provider=Parameter("provider", models.CharField()),
    model=Parameter("model", models.CharField()),
    processing_time_ms=Parameter("processing_time_ms", models.IntegerField()),
    error_code="",
    error_message="",
    progress=None,
    lease_until=None,
    finished_at=Now(),
    updated_at=Now(),
)
