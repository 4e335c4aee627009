"""Who may call, and how much."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, When
from django.db.models.functions import Greatest, Now

# So long before its end a key is said to end soon: to staff, to Prometheus, and to whoever calls with it.
ENDS_SOON = timedelta(days=14)


class Organization(models.Model):
    """A customer: owns projects; its slug is the first part of every object key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    slug = models.SlugField(unique=True, help_text="First part of the storage path of every picture.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return self.name


class Project(models.Model):
    """Owns keys, generations and images; a disabled one refuses all its keys."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="projects")
    name = models.CharField(max_length=200)
    slug = models.SlugField()
    image_provider = models.CharField(
        max_length=50, blank=True, help_text="Makes all of its pictures, and no other does; empty is the usual chain."
    )
    max_concurrent = models.PositiveIntegerField(
        null=True, blank=True, help_text="Generations in hand at a time; empty means the default."
    )
    max_queued = models.PositiveIntegerField(
        null=True, blank=True, help_text="Generations that may wait; empty means the default."
    )
    is_active = models.BooleanField(
        "active",
        default=True,
        help_text="A disabled project refuses all its keys, and what it has waiting is held until it is enabled.",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "slug"], name="project_slug_in_organization")]

    def __str__(self) -> str:
        return self.name

    @property
    def concurrency_limit(self) -> int:
        """Generations that may be in hand at a time; 0 is no limit."""
        default: int = settings.MAX_CONCURRENT
        return default if self.max_concurrent is None else self.max_concurrent

    @property
    def queue_limit(self) -> int:
        """Generations that may wait; 0 is no limit."""
        default: int = settings.MAX_QUEUED
        return default if self.max_queued is None else self.max_queued


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def usable(self) -> "ApiKeyQuerySet":
        """Neither revoked nor expired, by the database's clock, of a project that is active."""
        return self.not_over().filter(project__is_active=True)

    def not_over(self) -> "ApiKeyQuerySet":
        """Neither revoked nor expired, whether or not their project is active."""
        return self.filter(revoked_at=None, expires_at__gt=Now())

    def expired(self) -> "ApiKeyQuerySet":
        return self.filter(revoked_at=None, expires_at__lte=Now())

    def revoked(self) -> "ApiKeyQuerySet":
        return self.filter(revoked_at__isnull=False)

    def to_replace(self) -> "ApiKeyQuerySet":
        """Usable, and nobody has issued a successor yet, so that its end would be noticed by its clients alone."""
        return self.usable().filter(rotated_at=None)

    def ending_soon(self) -> "ApiKeyQuerySet":
        """Of those to replace, the ones that end within ENDS_SOON; who ends first comes first."""
        return self.to_replace().filter(expires_at__lte=Now() + ENDS_SOON).order_by("expires_at")

    def ending_or_ended(self) -> "ApiKeyQuerySet":
        """Those that end soon, and those that did lately: their clients are refused, and somebody has to be told.

        Who ends first comes first, for that can be prevented; then who has ended, the last one first.
        """
        lately = self.filter(
            revoked_at=None, rotated_at=None, project__is_active=True, expires_at__gt=Now() - ENDS_SOON
        )
        has_ended = Case(When(expires_at__lte=Now(), then=True), default=False)
        still_left = Greatest("expires_at", Now())
        return lately.filter(expires_at__lte=Now() + ENDS_SOON).order_by(has_ended, still_left, "-expires_at")


class ApiKey(models.Model):
    """What a program calls with: the digest of its secret, and a visible part to recognise it by."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=200, help_text="What uses this key.")
    key_id = models.CharField(max_length=8, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    last_four = models.CharField(max_length=4, editable=False)
    rate_limit_per_hour = models.PositiveIntegerField(
        null=True, blank=True, help_text="Requests an hour; empty means the default."
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, editable=False)
    rotated_at = models.DateTimeField(null=True, editable=False, help_text="When its successor was issued.")
    last_used_at = models.DateTimeField(null=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "API key"
        indexes = [
            models.Index("expires_at", name="api_key_to_replace", condition=Q(revoked_at=None, rotated_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.visible_part})"

    def state_at(self, moment: datetime) -> str:
        """``active``, ``ends soon``, ``rotated``, ``project disabled``, ``expired`` or ``revoked``."""
        if self.revoked_at:
            return "revoked"
        if self.expires_at <= moment:
            return "expired"
        if not self.project.is_active:
            return "project disabled"
        if self.rotated_at:
            return "rotated"
        return "ends soon" if self.expires_at - moment <= ENDS_SOON else "active"

    def fate_at(self, moment: datetime) -> str:
        """What has become of one that was rotated, for whoever did it: until when it is accepted, if it still is."""
        if self.revoked_at:
            return "is refused from now on"
        if self.expires_at <= moment:
            return "had ended before"
        return f"is accepted until {self.expires_at:%Y-%m-%d %H:%M} UTC"

    @property
    def visible_part(self) -> str:
        """What people recognise it by."""
        return f"esl_{self.key_id}_…{self.last_four}"


class IdempotencyKeyQuerySet(models.QuerySet["IdempotencyKey"]):
    def expired(self) -> "IdempotencyKeyQuerySet":
        """Older than IDEMPOTENCY_KEY_LIFE was when they were made: they count as absent."""
        return self.filter(EXPIRED)

    def free(self) -> "IdempotencyKeyQuerySet":
        """Whoever sends one of these may have it: it has expired, or its request died before it was answered."""
        return self.filter(EXPIRED | ABANDONED)


class IdempotencyKey(models.Model):
    """What a client put on a POST to be able to send it again: reserved while that is worked on, then its answer."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="idempotency_keys", db_index=False)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the method, the path and the canonical body.")
    token = models.UUIDField(default=uuid.uuid4, help_text="Of the request that holds it: the fence.")
    locked_until = models.DateTimeField(help_text="After it, a request without an answer counts as dead.")
    status_code = models.PositiveSmallIntegerField(null=True, help_text="Of the answer; empty while there is none.")
    headers = models.JSONField(default=dict, help_text="The answer's own.")
    body = models.TextField(blank=True, help_text="The answer, byte for byte.")
    resource_type = models.CharField(max_length=100, blank=True, help_text="What was created: app_label.model.")
    resource_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()

    objects = IdempotencyKeyQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "key"], name="idempotency_key_in_project")]
        indexes = [
            models.Index("expires_at", name="idempotency_key_expiry"),
            models.Index("resource_id", name="idempotency_key_resource", condition=Q(resource_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.key


EXPIRED = Q(expires_at__lte=Now())
ABANDONED = Q(status_code=None, locked_until__lte=Now())
