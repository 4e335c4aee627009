"""What a request or an operator may do with a generation."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection, models, transaction
from django.db.models.functions import Now

from enhancement import Template, untouched
from generations.enhancing import enhance_aside
from generations.events import announce
from generations.exceptions import GenerationFinished, GenerationNotFailed, GenerationNotFound, RetryLimitReached
from generations.heartbeat import heartbeat
from generations.images.models import Image
from generations.images.services import delete_image
from generations.models import RETRY_LIMIT, AbandonedClaim, AspectRatio, Attempt, Generation, Outcome, Status
from generations.notices import notify
from generations.places import give_places, lookout, take_place
from generations.providers import ErrorCode
from generations.ringer import ringer
from generations.routing import queue_of
from generations.serializers import redacted
from projects.ids import parse_uuid
from projects.models import ApiKey, Project
from projects.prepared import Parameter, PreparedInsert, PreparedQuery
from projects.reservations import redact_answers
from projects.webhooks.outbox import redact

log = structlog.get_logger(__name__)

# The relay leaves new rows to the ringer for so long.
RINGERS_HEADSTART = timedelta(seconds=5)
CANCELED_BY_CALLER = "Canceled by the caller."
STOPPED_BY_OPERATOR = "Stopped by an operator."
NEW_GENERATION = PreparedInsert(Generation, ring_at=Now() + RINGERS_HEADSTART)
OWN_GENERATION = PreparedQuery(
    lambda: Generation.objects.filter(
        pk=Parameter("id", models.UUIDField()), project=Parameter("project", models.UUIDField()), deleted_at=None
    ).to_show()
)


def create_generation(
    project: Project,
    *,
    prompt: str,
    aspect_ratio: str = AspectRatio.SQUARE,
    auto_enhance: bool = True,
    template: str = Template.GENERAL,
    meta: dict[str, Any] | None = None,
    api_key: ApiKey | None = None,
    request_id: str = "",
    record: Callable[[Generation], None] | None = None,
) -> Generation:
    """Enhance the prompt, remember the job, ring for a worker. Not to be called inside a transaction.

    ``api_key`` is the caller's, one of the project's; None where no program asks.
    ``record`` is called with the new row in the transaction of its INSERT, and may undo that by raising.
    """
    place = take_place(project)
    enhanced = enhance_aside(prompt, template) if auto_enhance else untouched(prompt, template)
    generation = Generation(
        project=project,
        api_key=api_key,
        prompt=enhanced.prompt,
        original_prompt=prompt,
        enhancer=enhanced.enhancer,
        enhancement_ms=enhanced.duration_ms,
        enhancement_fallback=enhanced.fallback_reason,
        auto_enhance=auto_enhance,
        template=template,
        aspect_ratio=aspect_ratio,
        meta=meta or {},
        request_id=request_id,
    )
    generation.place, generation.hold = place, lookout.hold(project)
    generation = insert_once(generation, record)
    transaction.on_commit(lambda: ringer.ring_soon(queue_of(project.image_provider)))
    log.info("generation_created", generation_id=str(generation.pk))
    return generation


def insert_once(generation: Generation, record: Callable[[Generation], None] | None) -> Generation:
    """Insert the row; where the answer to the COMMIT was lost, ask the database whether it is there."""
    try:
        if record is None:
            NEW_GENERATION.run(generation)
        else:
            insert_and_record(generation, record)
    except (OperationalError, InterfaceError):
        connection.close()
        found = Generation.objects.filter(pk=generation.pk).first()
        if found is None:
            raise
        found.place, found.hold = generation.place, generation.hold
        return found
    return generation


@transaction.atomic
def insert_and_record(generation: Generation, record: Callable[[Generation], None]) -> None:
    NEW_GENERATION.run(generation)
    record(generation)


def get_generation(project: Project, generation_id: str, *, afresh: bool = False) -> Generation:
    """A project's own generation with its image, and with its place if it waits; anything else is not found."""
    generation = find_generation(project, generation_id)
    give_places(project, [generation], afresh=afresh)
    return generation


def find_generation(project: Project, generation_id: str) -> Generation:
    """The same without its place, in one query."""
    generation = OWN_GENERATION.first(id=parse_id(generation_id), project=project.pk)
    if generation is None:
        raise GenerationNotFound
    return generation


def parse_id(text: str) -> uuid.UUID:
    parsed = parse_uuid(text)
    if parsed is None:
        raise GenerationNotFound
    return parsed


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
def repeat_generation(
    project: Project, generation_id: str, *, record: Callable[[Generation], None] | None = None
) -> Generation:
    """Run a failed generation of the caller's again; GenerationNotFailed for any other, QueueFull without room.

    RetryLimitReached where it has been tried too often. ``record`` is called with the row as it is now, in the same
    transaction, and may undo it by raising.
    """
    run_again(find_generation(project, generation_id))
    generation = get_generation(project, generation_id)
    if record:
        record(generation)
    log.info("generation_repeated", generation_id=str(generation.pk))
    return generation


@transaction.atomic
def run_again(failed: Generation) -> None:
    """Run a failed generation again, whoever asks: QueueFull without room, RetryLimitReached, GenerationNotFailed."""
    if failed.status == Status.FAILED:
        if failed.attempt >= RETRY_LIMIT:
            raise RetryLimitReached
        take_place(failed.project)
    if not retry_generation(failed):
        raise GenerationNotFailed


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
def retry_generation(generation: Generation) -> bool:
    """Run a failed generation again under the same id, with fresh budgets; False if it is not a failed one.

    False, too, where it has been tried RETRY_LIMIT times, and in the trash, where no worker would find it.
    """
    failed = Generation.objects.filter(pk=generation.pk, status=Status.FAILED, deleted_at=None)
    again = bool(
        failed.filter(attempt__lt=RETRY_LIMIT).update(
            status=Status.PENDING,
            retries=0,
            deaths=0,
            error_code="",
            error_message="",
            finished_at=None,
            repeated_at=Now(),
            next_attempt_at=Now(),
            ring_at=Now() + RINGERS_HEADSTART,
            updated_at=Now(),
        )
    )
    if again:
        announce(generation, Status.PENDING)
        queue = queue_of(generation.project.image_provider)
        transaction.on_commit(lambda: ringer.ring_soon(queue))
    return again


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
