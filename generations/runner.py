"""What a worker does with a generation: claim, paint, store, finish; or postpone, or fail."""

import random
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from generations.heartbeat import heartbeat
from generations.images.inspection import InvalidImage, inspect_picture
from generations.images.models import Image
from generations.images.services import (
    IntentLost,
    StorageError,
    adopt_image,
    announce_image,
    discard_image,
    new_image,
    write_image,
)
from generations.models import NEW_ATTEMPT, AspectRatio, Attempt, Generation, Outcome, Status
from generations.providers import ErrorCode, ImageRequest, ImageResult, ProviderError, get_provider

log = structlog.get_logger(__name__)

BACKOFF_S = (2, 8, 30)
RECONNECT_AFTER_S = (0.0, 0.5, 1.0, 2.0, 4.0)


class ClaimLost(Exception):
    """The row has moved on: deleted, or taken over after this worker was silent for too long."""


def run(generation_id: uuid.UUID) -> None:
    """Do one attempt of a generation, if it is there to be taken."""
    generation = Generation.objects.claim(generation_id)
    if generation is None:
        return
    claimed_at = time.monotonic()
    with (
        structlog.contextvars.bound_contextvars(
            generation_id=str(generation.pk), attempt=generation.attempt, request_id=generation.request_id
        ),
        heartbeat.keep(generation.claim),
    ):
        try:
            attempt(generation, claimed_at)
        except (ProviderError, InvalidImage, StorageError) as error:
            persist(partial(give_up, generation, explain(error)))


def attempt(generation: Generation, claimed_at: float) -> None:
    """Paint, check and store one picture and end the attempt with it."""
    result = get_provider().generate(image_request(generation))
    picture = inspect_picture(result.content)
    image = new_image(generation.project, picture)
    persist(partial(announce_image, image))
    write_image(image, picture)
    elapsed_ms = round((time.monotonic() - claimed_at) * 1000)
    try:
        persist(partial(succeed, generation, image, result, elapsed_ms))
    except (ClaimLost, IntentLost) as error:
        log.info("late_image_discarded", reason=type(error).__name__)
        discard_image(image)
    else:
        log.info("generation_succeeded", processing_time_ms=elapsed_ms)


def image_request(generation: Generation) -> ImageRequest:
    width, height = AspectRatio(generation.aspect_ratio).size
    return ImageRequest(generation.prompt, generation.original_prompt, generation.aspect_ratio, width, height)


@transaction.atomic
def succeed(generation: Generation, image: Image, result: ImageResult, elapsed_ms: int) -> None:
    """The row's end and the image's beginning, together or not at all."""
    facts: dict[str, Any] = {"provider": get_provider().name, "model": result.model, "processing_time_ms": elapsed_ms}
    if not Generation.objects.succeed(generation.claim, image_id=image.pk, **facts):
        # A COMMIT whose answer was lost may have gone through after all.
        if Generation.objects.filter(pk=generation.pk, output_image=image.pk).exists():
            return
        raise ClaimLost
    adopt_image(image)
    note_attempt(generation, Outcome.SUCCESS)


@transaction.atomic
def give_up(generation: Generation, error: ProviderError) -> None:
    """End the attempt without a picture: try again later if that can help and the budget allows, else fail."""
    changes: dict[str, Any]
    if error.retryable and generation.retries < settings.MAX_RETRIES:
        outcome = Outcome.RETRY
        due = Now() + backoff(generation.retries)
        changes = {"status": Status.PENDING, "retries": F("retries") + 1, "next_attempt_at": due, "ring_at": due}
    else:
        outcome = Outcome.FAILED
        changes = {"status": Status.FAILED, "finished_at": Now()}
        changes |= {"error_code": error.code, "error_message": error.message}
    if Generation.objects.finish(generation.claim, provider=get_provider().name, **changes):
        note_attempt(generation, outcome, error)
        log.warning("attempt_failed", outcome=outcome.value, error=error.code.value, retryable=error.retryable)


def explain(error: ProviderError | InvalidImage | StorageError) -> ProviderError:
    """The same error with a code, and a sentence for the caller."""
    match error:
        case ProviderError():
            return error
        case InvalidImage():
            return ProviderError(str(error), code=ErrorCode.INVALID_IMAGE)
        case StorageError():
            return ProviderError("The image could not be stored.", code=ErrorCode.STORAGE_FAILED)


def backoff(retries: int) -> timedelta:
    """Exponential, with jitter, so that what failed together does not come back together."""
    return timedelta(seconds=BACKOFF_S[min(retries, len(BACKOFF_S) - 1)] * random.uniform(0.75, 1.25))  # noqa: S311


def note_attempt(generation: Generation, outcome: Outcome, error: ProviderError | None = None) -> None:
    end: dict[str, Any] = {"code": error.code, "message": error.message} if error else {}
    NEW_ATTEMPT.run(Attempt.objects.describe(generation, outcome, provider=get_provider().name, **end))


def persist(write: Callable[[], None]) -> None:
    """Write to the database, again after a lost connection: the picture is paid for."""
    for pause in RECONNECT_AFTER_S:
        try:
            return write()
        except (OperationalError, InterfaceError) as error:
            log.warning("database_lost", error=type(error).__name__)
            connection.close()
            time.sleep(pause)
    return write()
