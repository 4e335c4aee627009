"""Proves on a live system that rows, pictures and the ledger of writes agree; each finding is one plain sentence.

Work goes on while the doctor looks, so what seems wrong at first is looked at again before it is said.
"""

import hashlib
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from generations.images.inspection import InvalidImage, inspect_picture
from generations.images.models import SECOND_DELETE_AFTER, Image, Source, StorageIntent
from generations.images.services import GIVE_UP_MARGIN
from generations.images.storage.inventory import Shelf, open_shelf
from generations.models import LAST_ATTEMPT, AbandonedClaim, Generation, Status
from generations.worker import repairs

BATCH = 500
# Relays look each second; what is overdue by so much has none to look after it.
OVERDUE_AFTER = timedelta(minutes=2)
LOOK_AGAIN_AFTER_S = (0.5, 2.0)

ENDED = Q(status__in=[Status.SUCCESS, Status.FAILED])
WRONG_ROWS = {
    "is pending and yet holds a lease": Q(status=Status.PENDING, lease_until__isnull=False),
    "waits, and has been tried too often for a worker to take it": Q(status=Status.PENDING, attempt__gte=LAST_ATTEMPT),
    "is processing without a lease": Q(status=Status.PROCESSING, lease_until=None),
    "is processing without an attempt": Q(status=Status.PROCESSING) & (Q(started_at=None) | Q(attempt=0)),
    "is processing with a lease that ran out long ago, and no worker frees it": Q(
        status=Status.PROCESSING, lease_until__lt=Now() - OVERDUE_AFTER
    ),
    "succeeded without an image": Q(status=Status.SUCCESS, output_image=None),
    "succeeded without a processing time": Q(status=Status.SUCCESS, processing_time_ms=None),
    "succeeded with another project's image": Q(status=Status.SUCCESS, output_image__isnull=False)
    & ~Q(output_image__project=F("project")),
    "failed without a message": Q(status=Status.FAILED, error_message=""),
    "has ended without saying when": ENDED & Q(finished_at=None),
    "has ended and yet holds a lease": ENDED & Q(lease_until__isnull=False),
    "has an image and yet did not succeed": ~Q(status=Status.SUCCESS) & Q(output_image__isnull=False),
    "has a status that does not exist": ~Q(status__in=Status.values),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, in one plain sentence, and what mends it."""

    sentence: str
    repair: repairs.Repair


def examine(*, quick: bool = False) -> Iterator[Finding]:
    """Yield what is wrong. ``quick`` compares sizes only and reads no picture."""
    shelf = open_shelf()
    yield from examine_rows()
    yield from examine_images(shelf, quick=quick)
    yield from examine_intents()
    yield from examine_claims()
    yield from examine_objects(shelf)


def examine_rows() -> Iterator[Finding]:
    """Each row in a state that its status allows: one look, for a row changes as a whole."""
    for sentence, wrong in WRONG_ROWS.items():
        for pk in Generation.objects.filter(wrong).values_list("pk", flat=True).iterator(BATCH):
            yield Finding(f"Generation {pk} {sentence}.", repairs.ROWS[sentence](wrong, pk))


def examine_images(shelf: Shelf, *, quick: bool) -> Iterator[Finding]:
    """Each image row with its object, of its size, digest, width and height; each generated one with its generation."""
    lost = Image.objects.filter(source=Source.GENERATED, alias=None, generation=None)
    for pk in lost.values_list("pk", flat=True).iterator(BATCH):
        yield Finding(f"Image {pk} was generated, has no alias, and no generation.", repairs.delete_unowned_image(pk))
    for image in all_images():
        # The row goes before its object, so an object that is missing while its row is still there is missed.
        if (problem := problem_of(image, shelf, quick=quick)) and Image.objects.filter(pk=image.pk).exists():
            sentence, repair = problem
            yield Finding(f"Image {image.pk} {sentence}: {image.key}.", repair)


def all_images() -> Iterator[Image]:
    """Batch after batch by their keys: a cursor of the server's outlives no transaction behind a pooler."""
    found = Image.objects.order_by("pk")
    batch = list(found[:BATCH])
    while batch:
        yield from batch
        batch = list(found.filter(pk__gt=batch[-1].pk)[:BATCH])


def problem_of(image: Image, shelf: Shelf, *, quick: bool) -> tuple[str, repairs.Repair] | None:
    try:
        size, sha256, content = (
            (shelf.size(image.key), image.sha256, b"")
            if quick
            else measure(shelf.read(image.key), keep=image.file_size)
        )
    except FileNotFoundError:
        return "has no object", repairs.leave(repairs.BYTES)
    if size != image.file_size:
        return f"has an object of {size} bytes instead of {image.file_size}", repairs.leave(repairs.BYTES)
    if sha256 != image.sha256:
        return "has an object of another SHA-256", repairs.leave(repairs.BYTES)
    return other_dimensions(image, content)


def measure(chunks: Iterable[bytes], *, keep: int) -> tuple[int, str, bytes]:
    """Size and SHA-256 of what passes by, and so many bytes of it."""
    size, digest, kept = 0, hashlib.sha256(), bytearray()
    for chunk in chunks:
        size += len(chunk)
        digest.update(chunk)
        kept += chunk[: keep - len(kept)]
    return size, digest.hexdigest(), bytes(kept)


def other_dimensions(image: Image, content: bytes) -> tuple[str, repairs.Repair] | None:
    """Rows of older versions tell a turned picture's size as it is stored, and not as it is shown."""
    with suppress(InvalidImage):
        picture = inspect_picture(content)
        if (picture.width, picture.height) != (image.width, image.height):
            told, shown = f"{image.width} × {image.height}", f"{picture.width} × {picture.height}"
            return f"is told as {told} and shown as {shown}", repairs.set_dimensions(image, picture)
    return None


def examine_objects(shelf: Shelf) -> Iterator[Finding]:
    """No object that neither an image nor an intent accounts for."""
    keys = shelf.keys()
    while batch := list(islice(keys, BATCH)):
        suspects = unaccounted(batch)
        for pause in LOOK_AGAIN_AFTER_S if suspects else ():
            time.sleep(pause)
            suspects = unaccounted(key for key in suspects if is_there(shelf, key))
        for key in suspects:
            yield Finding(
                f"Object {key} belongs to no image and to no write or deletion under way.", repairs.delete_object(key)
            )


def unaccounted(keys: Iterable[str]) -> list[str]:
    """Intents are read first: one becomes an image in a single transaction, so one of the two queries sees it."""
    left = list(keys)
    for model in (StorageIntent, Image):
        known = set(model.objects.filter(key__in=left).values_list("key", flat=True))
        left = [key for key in left if key not in known]
    return left


def is_there(shelf: Shelf, key: str) -> bool:
    try:
        shelf.size(key)
    except FileNotFoundError:
        return False
    return True


def examine_intents() -> Iterator[Finding]:
    """No write or deletion that should long be over, and none for an object that an image owns."""
    oldest = timedelta(seconds=settings.JOB_DEADLINE_S) + GIVE_UP_MARGIN + SECOND_DELETE_AFTER + OVERDUE_AFTER
    wrong = {
        "is overdue, and no worker collects it": (Q(collect_at__lt=Now() - OVERDUE_AFTER), repairs.end_intent),
        "cannot be brought to its end": (
            Q(created_at__lt=Now() - oldest - timedelta(hours=1)),
            repairs.end_intent,
        ),
        "stands beside its image": (
            Q(Exists(Image.objects.filter(key=OuterRef("key")))),
            repairs.drop_intent,
        ),
    }
    for sentence, (condition, repair) in wrong.items():
        for key in StorageIntent.objects.filter(condition).values_list("key", flat=True).iterator(BATCH):
            yield Finding(f"Intent for {key} {sentence}.", repair(key))


def examine_claims() -> Iterator[Finding]:
    """No claim on what was canceled or deleted that nobody can hold any more."""
    left = AbandonedClaim.objects.over().filter(lease_until__lt=Now() - OVERDUE_AFTER)
    for claim in left.iterator(BATCH):
        yield Finding(f"Claim on {claim} was abandoned long ago.", repairs.drop_claim(claim.pk))
