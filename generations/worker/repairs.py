"""What ``doctor --repair`` does about a finding: each step is one that the protocol allows beside live workers.

A repair asks for the same wrong state again, in the statement that mends it; what has moved on meanwhile is left alone.
Bytes go through an intent only, and only where no row owns them. What needs a decision is left to people, and said.
"""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, ExpressionWrapper, F, IntegerField, OuterRef, Q
from django.db.models.functions import Extract, Now

from generations.events import announce
from generations.images.inspection import Picture
from generations.images.models import Image, StorageIntent
from generations.images.services import collect_intent, delete_image
from generations.models import AbandonedClaim, Generation, Status
from generations.queue.leases import without_worker
from generations.worker.maintenance import free_stalled

# As images.services.new_image makes them; anything else in the folder or the bucket is not ours to delete.
OUR_KEY = re.compile(r"[-\w]+/[0-9a-f-]{36}/generated/[0-9a-f-]{36}\.[a-z0-9]{3,4}", re.ASCII)

Repair = Callable[[], str | None]
"""Mends one finding and returns what it did; None where the finding has mended itself."""


class NotRepairable(Exception):
    """Why this finding is left to people."""


def leave(reason: str) -> Repair:
    """A finding that nothing but a person can mend."""

    def refuse() -> None:
        raise NotRepairable(reason)

    return refuse


def set_fields(wrong: Q, pk: UUID, did: str, **changes: Any) -> Repair:
    """Write these fields, if the row is still as it was found."""
    return lambda: did if Generation.objects.filter(wrong, pk=pk).update(updated_at=Now(), **changes) else None


def milliseconds_of_the_attempt() -> ExpressionWrapper:
    lasted = Extract(F("finished_at") - F("started_at"), "epoch") * 1000
    return ExpressionWrapper(lasted, output_field=IntegerField())


def free_it(wrong: Q, pk: UUID) -> Repair:
    """As a relay does: its attempt counts as one that lost its worker."""

    def free() -> str | None:
        if not Generation.objects.filter(wrong, pk=pk).exists():
            return None
        while free_stalled():
            pass
        return "given back to the queue, or failed after too many lost workers"

    return free


def fail_it(wrong: Q, pk: UUID) -> Repair:
    """As it would have failed, had it ended with its last attempt."""

    @transaction.atomic
    def fail() -> str | None:
        generation = Generation.objects.select_for_update(of=("self",)).filter(wrong, pk=pk).first()
        if generation is None:
            return None
        end = without_worker(may_be_tried_again=False)
        Generation.objects.filter(pk=pk).update(updated_at=Now(), **end)
        announce(generation, Status.FAILED)
        return "it has failed"

    return fail


def delete_unowned_image(pk: UUID) -> Repair:
    """The row and its object, through an intent; under a lock, for it may have got an alias since."""

    @transaction.atomic
    def delete() -> str | None:
        image = Image.objects.select_for_update(of=("self",)).filter(pk=pk, alias=None, generation=None).first()
        if image is None:
            return None
        delete_image(image)
        return "its row is deleted, and its object is on the list of what workers delete"

    return delete


def set_dimensions(image: Image, picture: Picture) -> Repair:
    """Width and height as the picture is shown; a row's bytes never change, so that they stay true."""
    told = Image.objects.filter(pk=image.pk, sha256=image.sha256)
    did = "width and height are written"
    return lambda: did if told.update(width=picture.width, height=picture.height) else None


def delete_object(key: str) -> Repair:
    """Through an intent that is doomed from the start, so that no image can come of it."""

    def delete() -> str | None:
        if not OUR_KEY.fullmatch(key):
            raise NotRepairable("it is not called as Easel's objects are; delete it by hand if nobody else needs it")
        with transaction.atomic():
            if Image.objects.filter(key=key).exists() or StorageIntent.objects.filter(key=key).exists():
                return None
            StorageIntent.objects.create(key=key, doomed_at=Now(), collect_at=Now(), delete_again=False)
        return "deleted" if collect_intent(key, delete_again=False) else "on the list of what workers delete"

    return delete


def end_intent(key: str) -> Repair:
    """Doom it, then delete its object, as a collector does."""

    def end() -> str | None:
        owned = Exists(Image.objects.filter(key=OuterRef("key")))
        ended = StorageIntent.objects.filter(~Q(owned), key=key)
        if not ended.update(doomed_at=Now(), collect_at=Now(), delete_again=False):
            return None
        if not collect_intent(key, delete_again=False):
            raise NotRepairable("the storage refuses to delete its object")
        return "its object and the intent are deleted"

    return end


def drop_intent(key: str) -> Repair:
    """The image owns the object, and a collector would delete that."""
    owned = Exists(Image.objects.filter(key=OuterRef("key")))
    return lambda: "the intent is deleted" if StorageIntent.objects.filter(owned, key=key).delete()[0] else None


def drop_claim(pk: int) -> Repair:
    return lambda: "deleted" if AbandonedClaim.objects.over().filter(pk=pk).delete()[0] else None


LOST = "a person has to decide: its picture is lost; fail it in the admin, or delete it"
BYTES = "the bytes are not what was stored; restore the object from a backup, or delete the generation"
ROWS: dict[str, Callable[[Q, UUID], Repair]] = {
    "is pending and yet holds a lease": lambda wrong, pk: set_fields(wrong, pk, "the lease is gone", lease_until=None),
    "waits, and has been tried too often for a worker to take it": fail_it,
    "is processing without a lease": lambda wrong, pk: set_fields(
        wrong, pk, "its lease ends now, and a worker frees it", lease_until=Now()
    ),
    "is processing without an attempt": lambda wrong, pk: set_fields(
        wrong,
        pk,
        "it waits for a worker again",
        status=Status.PENDING,
        lease_until=None,
        progress=None,
        next_attempt_at=Now(),
        ring_at=Now(),
    ),
    "is processing with a lease that ran out long ago, and no worker frees it": free_it,
    "succeeded without a processing time": lambda wrong, pk: set_fields(
        wrong & Q(started_at__isnull=False, finished_at__isnull=False),
        pk,
        "the time of its last attempt is written",
        processing_time_ms=milliseconds_of_the_attempt(),
    ),
    "failed without a message": lambda wrong, pk: set_fields(
        wrong, pk, "it has one", error_message="The image could not be made."
    ),
    "has ended without saying when": lambda wrong, pk: set_fields(
        wrong, pk, "the time of its last change is written", finished_at=F("updated_at")
    ),
    "has ended and yet holds a lease": lambda wrong, pk: set_fields(wrong, pk, "the lease is gone", lease_until=None),
    "succeeded without an image": lambda wrong, pk: leave(LOST),
    "succeeded with another project's image": lambda wrong, pk: leave(
        "a person has to decide whose picture it is; nothing here can know"
    ),
    "has an image and yet did not succeed": lambda wrong, pk: leave(
        "a person has to decide: run it again or delete it in the admin"
    ),
    "has a status that does not exist": lambda wrong, pk: leave(
        "a person has to decide; a newer version of Easel may have written it"
    ),
}
