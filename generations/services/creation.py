"""Creating generations, and putting failed ones into the queue again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models.functions import Now

from enhancement import Template, untouched
from generations.events import announce
from generations.exceptions import GenerationNotFailed, RetryLimitReached
from generations.models import RETRY_LIMIT, AspectRatio, Generation, Status
from generations.queue.notifier import ringer
from generations.queue.position import take_place
from generations.queue.routing import queue_of
from generations.queue.snapshot import lookout
from generations.services.enhancing import enhance_aside
from generations.services.lookup import find_generation, get_generation
from projects.compiled_queries import CompiledInsert
from projects.models import ApiKey, Project

log = structlog.get_logger(__name__)

# How long maintenance leaves a new row to the web process's own wake-up.
RINGERS_HEADSTART = timedelta(seconds=5)


NEW_GENERATION = CompiledInsert(Generation, ring_at=Now() + RINGERS_HEADSTART)


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
