"""Writing and deleting pictures so that no row is without its file and no file without its row."""

from contextlib import suppress
from datetime import timedelta

import structlog
from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import DurationField
from django.db.models.functions import Now

from generations.images.inspection import Picture
from generations.images.models import SECOND_DELETE_AFTER, Image, StorageIntent
from projects.compiled_queries import CompiledInsert, Parameter
from projects.models import Project

log = structlog.get_logger(__name__)

STORAGE_ERRORS = (OSError, Boto3Error, BotoCoreError, ClientError)
# A live intent is given up only when no attempt can still be at work on it.
GIVE_UP_MARGIN = timedelta(minutes=1)


NEW_IMAGE = CompiledInsert(Image)
NEW_INTENT = CompiledInsert(StorageIntent, collect_at=Now() + Parameter("life", DurationField()))


class StorageError(Exception):
    """The storage did not answer as it should; whether the object is there is unknown."""


class IntentLost(Exception):
    """The intent was given up meanwhile: its object may be deleted at any moment."""


# Three steps, so that a crash between any two leaves a note of what may be there: announce_image commits the intent,
# write_image makes the file, and adopt_image puts the row in place of the intent, in the caller's transaction.


def new_image(project: Project, picture: Picture) -> Image:
    """Describe a picture under a key of its own, never used before; nothing is stored yet."""
    image = Image(
        project=project,
        mime_type=picture.mime_type,
        width=picture.width,
        height=picture.height,
        file_size=len(picture.content),
        sha256=picture.sha256,
    )
    image.key = f"{project.organization.slug}/{project.pk}/generated/{image.pk}.{picture.extension}"
    return image


def announce_image(image: Image) -> None:
    """Note that its file may soon exist; safe to repeat where the answer to a COMMIT was lost."""
    life = timedelta(seconds=settings.JOB_DEADLINE_S) + GIVE_UP_MARGIN
    with suppress(IntegrityError):
        NEW_INTENT.run(StorageIntent(key=image.key), life=life)


def write_image(image: Image, picture: Picture) -> None:
    """Write the file, once; after a StorageError nobody knows whether it is there, and the collector sees to it."""
    file = ContentFile(picture.content)
    file.content_type = picture.mime_type  # type: ignore[attr-defined]  # django-storages reads it
    try:
        default_storage.save(image.key, file)
    except STORAGE_ERRORS as error:
        raise StorageError(type(error).__name__) from error


def adopt_image(image: Image) -> None:
    """Put the row in place of the intent; in the transaction that ends the attempt, or IntentLost rolls it back."""
    deleted, _ = StorageIntent.objects.live().filter(key=image.key).delete()
    if not deleted:
        raise IntentLost(image.key)
    NEW_IMAGE.run(image)


def discard_image(image: Image) -> None:
    """Remove the file of an image that nobody wants any more, then its intent."""
    StorageIntent.objects.filter(key=image.key).update(doomed_at=Now(), collect_at=Now(), delete_again=False)
    collect_intent(image.key, delete_again=False)


def delete_image(image: Image) -> None:
    """Delete the row, and note the file for deletion after the commit; in the caller's transaction."""
    StorageIntent.objects.create(key=image.key, doomed_at=Now(), collect_at=Now(), delete_again=False)
    image.delete()


def set_image_alias(image: Image, alias: str | None) -> bool:
    """Give an image its name in the project, or take it away with None; False if the image is gone."""
    return bool(Image.objects.filter(pk=image.pk).update(alias=alias or None))


# ── Collecting ───────────────────────────────────────────────────────────────────────────────────────────────────────


def collect_due_intents(limit: int = 100) -> int:
    """Doom what is overdue, then delete its objects; return how many were deleted."""
    with transaction.atomic():
        due = StorageIntent.objects.due().select_for_update(skip_locked=True).order_by("collect_at")
        delete_again = dict(due.values_list("key", "delete_again")[:limit])
        # Another collector need not try the same ones at once, and none is forgotten if this one dies now.
        StorageIntent.objects.filter(key__in=delete_again, doomed_at=None).update(doomed_at=Now())
        StorageIntent.objects.filter(key__in=delete_again).update(collect_at=Now() + GIVE_UP_MARGIN)
    return sum(collect_intent(key, delete_again=again) for key, again in delete_again.items())


def collect_intent(key: str, *, delete_again: bool) -> bool:
    """Delete a doomed intent's object; then the intent, or keep it for the second deletion a day later.

    ``delete_again`` is what the intent said before the object was deleted. If it says something else afterwards,
    another has the intent in hand, and its file may have come since: it is left alone.
    """
    try:
        default_storage.delete(key)
    except STORAGE_ERRORS as error:
        log.warning("object_not_deleted", key=key, error=type(error).__name__)
        return False
    log.info("object_deleted", key=key)
    intent = StorageIntent.objects.filter(key=key, delete_again=delete_again).exclude(doomed_at=None)
    if delete_again:
        intent.update(delete_again=False, collect_at=Now() + SECOND_DELETE_AFTER)
    else:
        intent.delete()
    return True
