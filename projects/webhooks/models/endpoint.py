"""An address that a project wants to be told at."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F
from django.db.models.functions import Now

from projects.models import Project
from projects.outbound.urls import URL_MAX_LENGTH
from projects.webhooks.signing import new_salt, secret_of

DESCRIPTION_MAX_LENGTH = 200


# So long after it was given up an endpoint is shown on the admin's first page.
SHOWN_FOR = timedelta(days=14)


class DisabledReason(models.TextChoices):
    OWNER = "owner", "by its owner"
    GONE = "gone", "it answered 410 Gone"
    FAILING = "failing", "it failed for three days"


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def enabled(self) -> "EndpointQuerySet":
        return self.filter(disabled_reason="")

    def failing(self) -> "EndpointQuerySet":
        """Enabled, and no delivery has succeeded for a while; after three days it is given up."""
        return self.enabled().filter(failing_since__isnull=False)

    def given_up(self) -> "EndpointQuerySet":
        """Disabled by us, and not by its owner, who cannot be told by a webhook."""
        return self.filter(disabled_reason__in=[DisabledReason.GONE, DisabledReason.FAILING])

    def in_trouble(self) -> "EndpointQuerySet":
        """Both: first those that were given up, the last one first; then the others, the longest failing one first."""
        lately = self.given_up().filter(disabled_at__gt=Now() - SHOWN_FOR)
        return (self.failing() | lately).order_by(F("disabled_at").desc(nulls_last=True), "failing_since")


class Endpoint(models.Model):
    """Where events are sent. No secret is in the row: it follows from SECRET_KEY and a salt."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="webhooks")
    url = models.CharField("URL", max_length=URL_MAX_LENGTH)
    description = models.CharField(max_length=DESCRIPTION_MAX_LENGTH, blank=True)
    event_types = models.JSONField(default=list, blank=True, help_text="Which events it gets; none chosen means all.")
    salt = models.CharField(max_length=32, default=new_salt, editable=False)
    previous_salt = models.CharField(max_length=32, blank=True, editable=False)
    previous_expires_at = models.DateTimeField(null=True, editable=False, help_text="Until then both secrets sign.")
    disabled_reason = models.CharField(max_length=16, choices=DisabledReason, blank=True, editable=False)
    disabled_at = models.DateTimeField(null=True, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False, help_text="No delivery has succeeded since.")
    last_claimed_at = models.DateTimeField(null=True, editable=False, help_text="Whose turn was longest ago is next.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        verbose_name = "webhook"

    def __str__(self) -> str:
        return self.url

    @property
    def is_enabled(self) -> bool:
        return not self.disabled_reason

    @property
    def secret(self) -> str:
        """``whsec_…``, to be shown once."""
        return secret_of(self.salt)

    def secrets(self, at: datetime) -> list[str]:
        """Those that sign at this time of the database: the current one first."""
        overlaps = self.previous_expires_at is not None and at < self.previous_expires_at
        return [secret_of(salt) for salt in (self.salt, *([self.previous_salt] if overlaps else []))]

    def wants(self, event_type: str) -> bool:
        return not self.event_types or event_type in self.event_types
