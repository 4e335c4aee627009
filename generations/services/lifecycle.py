"""What a request or an operator may do with a generation."""

from collections.abc import Callable
from functools import partial

import structlog
from django.db import transaction
from django.db.models.functions import Now

from generations.events import announce
from generations.exceptions import GenerationFinished, GenerationNotFound
from generations.images.models import Image
from generations.images.services import delete_image
from generations.models import AbandonedClaim, Attempt, Generation, Outcome, Status
from generations.notifications import notify
from generations.providers import ErrorCode
from generations.queue.leases import heartbeat
from generations.serializers.output import redacted
from generations.services.lookup import find_generation, parse_id
from projects.api.idempotency.reservations import redact_answers
from projects.models import Project
from projects.webhooks.outbox import redact

log = structlog.get_logger(__name__)

CANCELED_BY_CALLER = "Canceled by the caller."
STOPPED_BY_OPERATOR = "Stopped by an operator."


@transaction.atomic
def cancel_generation(
    project: Project, generation_id: str, *, record: Callable[[Generation], None] | None = None
) -> Generation:
    """End a waiting or running generation of the caller's; GenerationFinished where it has ended before.

    ``record`` is called with the row as it is now, in the same transaction, and may undo it by raising.
    """
    canceled = fail_generation(find_generation(project, generation_id), reason=CANCELED_BY_CALLER)
    generation = find_generation(project, generation_id)
    if not canceled:
        raise GenerationFinished
    if record:
        record(generation)
    log.info("generation_canceled", generation_id=str(generation.pk))
    return generation


@transaction.atomic
def delete_generation(project: Project, generation_id: str) -> None:
    """Hard delete: the row at once, image and file with it unless the image has an alias.

    The row is locked before its image is read, so that a worker that finishes at this moment does so before or never.
    """
    found = project.generations.filter(pk=parse_id(generation_id), deleted_at=None)
    generation = found.select_for_update(of=("self",)).first()
    if generation is None:
        raise GenerationNotFound
    destroy(generation)


# ── The operator's ───────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def fail_generation(generation: Generation, *, reason: str = STOPPED_BY_OPERATOR) -> bool:
    """End a waiting or running generation now; a worker's late image is thrown away. False if it has ended."""
    open_row = Generation.objects.filter(pk=generation.pk, status__in=[Status.PENDING, Status.PROCESSING])
    stopped = open_row.select_for_update(of=("self",)).first()
    if stopped is None:
        return False
    AbandonedClaim.objects.abandon(stopped)
    open_row.update(
        status=Status.FAILED,
        error_code=ErrorCode.CANCELED,
        error_message=reason,
        lease_until=None,
        progress=None,
        finished_at=Now(),
        updated_at=Now(),
    )
    note_stopped_attempt(stopped, reason)
    announce(generation, Status.FAILED)
    transaction.on_commit(partial(heartbeat.stop, generation.pk))
    return True


def note_stopped_attempt(stopped: Generation, reason: str) -> None:
    """Note the attempt that was running, for the timeline: its worker has lost the claim and writes nothing more."""
    if stopped.attempt:
        # One that waited for its next attempt has a note of its last one already.
        note = Attempt.objects.describe(stopped, Outcome.FAILED, provider="", code=ErrorCode.CANCELED, message=reason)
        Attempt.objects.bulk_create([note], ignore_conflicts=True)


@transaction.atomic
def trash_generation(generation: Generation) -> bool:
    """Hide it from its project; False if it was in the trash."""
    kept = Generation.objects.filter(pk=generation.pk, deleted_at=None)
    trashed = bool(kept.update(deleted_at=Now(), updated_at=Now()))
    if trashed:
        notify(generation.pk)
    return trashed


def restore_generation(generation: Generation) -> bool:
    """Show it again; False if it was not in the trash."""
    in_trash = Generation.objects.filter(pk=generation.pk).exclude(deleted_at=None)
    return bool(in_trash.update(deleted_at=None, ring_at=Now(), updated_at=Now()))


@transaction.atomic
def purge_generation(generation: Generation) -> bool:
    """Delete it with its image, whatever state it is in; False if it is gone."""
    locked = Generation.objects.select_for_update(of=("self",)).filter(pk=generation.pk).first()
    if locked is None:
        return False
    destroy(locked)
    return True


def destroy(generation: Generation) -> None:
    """Delete a locked row, and its image unless that has an alias; what was told of it loses what its caller wrote."""
    log.info("generation_deleted", generation_id=str(generation.pk))
    transaction.on_commit(partial(heartbeat.stop, generation.pk))
    AbandonedClaim.objects.abandon(generation)
    image = Image.objects.select_for_update().filter(generation=generation).first()
    redact(generation.pk, redacted)
    redact_answers(generation, redacted)
    notify(generation.pk)
    generation.delete()
    if image is not None and image.alias is None:
        delete_image(image)
