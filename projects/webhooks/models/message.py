"""The outbox: what happened, written in the transaction in which it happened."""

import secrets

from django.db import models
from django.db.models.functions import Now

from projects.models import Project


class EventType(models.TextChoices):
    GENERATION_PROCESSING = "generation.processing"
    GENERATION_SUCCEEDED = "generation.succeeded"
    GENERATION_FAILED = "generation.failed"


def new_message_id() -> str:
    return f"msg_{secrets.token_hex(13)}"


class Message(models.Model):
    """One event, as the text that each of its deliveries sends and signs; only links to files are signed anew."""

    id = models.CharField(primary_key=True, max_length=32, default=new_message_id, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    type = models.CharField(max_length=64)
    body = models.TextField(help_text='{"type", "timestamp", "data"} as JSON.')
    subject_id = models.UUIDField(null=True, editable=False, help_text="What it tells of, to be found when that goes.")
    links = models.JSONField(null=True, help_text="Addresses in the body that end, and the files that they lead to.")
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        indexes = [models.Index("subject_id", name="message_subject", condition=models.Q(subject_id__isnull=False))]

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"
