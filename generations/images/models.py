"""The pictures of a project, however they came, and the ledger of writes and deletions under way."""

import uuid
from datetime import timedelta

from django.core.files.storage import default_storage
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now

from projects.models import Project

ALIAS = r"^@[A-Za-z0-9_-]{1,49}\Z"


class Source(models.TextChoices):
    GENERATED = "generated"
    UPLOADED = "uploaded"


class Image(models.Model):
    """One stored file. Size, type and digest are those of its bytes; width and height are as a browser shows it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="images")
    source = models.CharField(max_length=16, choices=Source, default=Source.GENERATED, editable=False)
    alias = models.CharField(  # noqa: DJ001 — unique per project, so "none" must be NULL
        max_length=50,
        null=True,
        blank=True,
        validators=[RegexValidator(ALIAS, "@ and 1 to 49 letters, digits, _ or -.")],
        help_text="@name, unique in the project. An image with an alias stays when its generation is deleted.",
    )
    key = models.CharField("object key", max_length=300, unique=True, editable=False)
    mime_type = models.CharField(max_length=32, editable=False)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    file_size = models.PositiveIntegerField(editable=False, help_text="Bytes.")
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [models.Index(models.F("created_at").desc(), models.F("id").desc(), name="image_newest")]
        constraints = [
            models.UniqueConstraint(fields=["project", "alias"], name="image_alias_in_project"),
            models.CheckConstraint(
                condition=models.Q(alias=None) | models.Q(alias__regex=ALIAS), name="image_alias_shape"
            ),
        ]

    def __str__(self) -> str:
        return self.alias or str(self.pk)

    @property
    def storage_url(self) -> str:
        """The file's address; without a host where the local disk keeps it."""
        return default_storage.url(self.key)


class StorageIntentQuerySet(models.QuerySet["StorageIntent"]):
    def live(self) -> "StorageIntentQuerySet":
        """Not given up: the write may still become an image."""
        return self.filter(doomed_at=None)

    def due(self) -> "StorageIntentQuerySet":
        return self.filter(collect_at__lte=Now())


class StorageIntent(models.Model):
    """An object that may exist without an Image row: committed before each PUT and with each deletion.

    A live intent ends in the transaction that makes the image row. One that does not is collected: first marked doomed
    (from then on no image row can come of it), then its object is deleted.
    """

    key = models.CharField("object key", max_length=300, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    collect_at = models.DateTimeField(db_index=True)
    doomed_at = models.DateTimeField(null=True)
    delete_again = models.BooleanField(default=True, help_text="A PUT may still be in flight: delete a second time.")

    objects = StorageIntentQuerySet.as_manager()

    def __str__(self) -> str:
        return self.key


SECOND_DELETE_AFTER = timedelta(days=1)
