"""What a worker does with a generation: claim, paint, store, finish; or postpone, or fail."""

import threading
import time
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from generations.events import announce
from generations.images.models import Image
from generations.images.services import (
    IntentLost,
    StorageError,
    adopt_image,
    discard_image,
)
from generations.models import (
    NEW_ATTEMPT,
    AbandonedClaim,
    AspectRatio,
    Attempt,
    Generation,
    Outcome,
    Status,
)
from generations.notifications import notify_all
from generations.providers import Canceled, ErrorCode, ImageRequest, ProviderError
from generations.queue.circuit_breaker import Breakers
from generations.queue.leases import heartbeat
from generations.queue.routing import chain_of
from generations.worker import retry_policy
from generations.worker.claiming import take
from generations.worker.progress import Progress
from generations.worker.provider_chain import Chain, Painted
from generations.worker.spent_providers import earlier_tries
from generations.worker.storing import persist, store

log = structlog.get_logger(__name__)


class ClaimLost(Exception):
    """The row has moved on: deleted, or taken over after this worker was silent for too long."""


def run(queue: str) -> Generation | None:
    """Do one attempt of the generation whose turn it is in this queue; return it, or None where nothing waits."""
    breakers = Breakers()
    generation = take(queue, breakers)
    if generation is None:
        return None
    claimed_at = time.monotonic()
    chain = Chain(
        chain_of(generation.project.image_provider),
        generation_id=generation.pk,
        breakers=breakers,
        ends_at=end_of(claimed_at),
        now=partial(database_time, generation, claimed_at),
        earlier=earlier_tries(generation),
    )
    with (
        structlog.contextvars.bound_contextvars(
            generation_id=str(generation.pk),
            attempt=generation.attempt,
            request_id=generation.request_id,
            key_id=generation.api_key_id,
        ),
        heartbeat.keep(generation.claim) as lost,
    ):
        try:
            attempt(generation, image_request(generation, lost), chain, claimed_at)
        except (Canceled, ClaimLost):
            # The row is somebody else's now, or gone, or its lease runs out.
            log.info("attempt_stopped")
            persist(partial(AbandonedClaim.objects.let_go, generation.claim), ends_at=end_of(claimed_at))
    if breakers.have_news:
        persist(notify_all, ends_at=end_of(claimed_at))
    generation.others_may_follow = breakers.recovering
    return generation


def end_of(claimed_at: float) -> float:
    """When the pool ends whoever still works on it. Until then a picture is kept, whatever is down."""
    return float(claimed_at + settings.CELERY_TASK_TIME_LIMIT)


def database_time(generation: Generation, claimed_at: float) -> datetime:
    """Now, counted from when the database says that the attempt began: this machine's clock may be wrong."""
    return cast(datetime, generation.started_at) + timedelta(seconds=time.monotonic() - claimed_at)


def attempt(generation: Generation, request: ImageRequest, chain: Chain, claimed_at: float) -> None:
    """End an attempt with a picture, or without one; ClaimLost where the row has moved on."""
    try:
        painted, image = make(generation, request, chain, claimed_at)
    except Canceled:
        raise
    except ProviderError as error:
        persist(partial(give_up, generation, chain, error), ends_at=end_of(claimed_at))
        return
    elapsed_ms = round((time.monotonic() - claimed_at) * 1000)
    try:
        persist(partial(succeed, generation, chain, image, painted, elapsed_ms), ends_at=end_of(claimed_at))
    except (ClaimLost, IntentLost) as error:
        log.info("late_image_discarded", reason=type(error).__name__, key=image.key)
        discard_image(image)
        raise ClaimLost from error
    else:
        log.info("generation_succeeded", processing_time_ms=elapsed_ms)


def make(generation: Generation, request: ImageRequest, chain: Chain, claimed_at: float) -> tuple[Painted, Image]:
    """Paint and store one picture, or raise ProviderError."""
    painted = chain.paint(request)
    try:
        return painted, store(generation.project, painted.picture, request.canceled, ends_at=end_of(claimed_at))
    except StorageError as error:
        raise ProviderError("The image could not be stored.", code=ErrorCode.STORAGE_FAILED) from error


def image_request(generation: Generation, lost: threading.Event) -> ImageRequest:
    width, height = AspectRatio(generation.aspect_ratio).size
    return ImageRequest(
        prompt=generation.prompt,
        original_prompt=generation.original_prompt,
        aspect_ratio=generation.aspect_ratio,
        width=width,
        height=height,
        report_progress=Progress(generation.claim, lost),
        canceled=lost.is_set,
    )


@transaction.atomic
def succeed(generation: Generation, chain: Chain, image: Image, painted: Painted, elapsed_ms: int) -> None:
    """The row's end and the image's beginning, together or not at all."""
    facts: dict[str, Any] = {
        "provider": painted.provider,
        "model": painted.model,
        "processing_time_ms": elapsed_ms,
    }
    if not Generation.objects.succeed(generation.claim, image_id=image.pk, **facts):
        # A COMMIT whose answer was lost may have gone through after all.
        if Generation.objects.filter(pk=generation.pk, output_image=image.pk).exists():
            return
        raise ClaimLost
    adopt_image(image)
    note_attempt(generation, Outcome.SUCCESS, chain)
    announce(generation, Status.SUCCESS)


@transaction.atomic
def give_up(generation: Generation, chain: Chain, error: ProviderError) -> None:
    """End the attempt without a picture: try again later if that can help and the budget allows, else fail."""
    outcome = retry_policy.judge(generation, chain, error)
    status = Status.FAILED if outcome == Outcome.FAILED else Status.PENDING
    changes: dict[str, Any] = {"status": status, "provider": chain.last_asked}
    if outcome != Outcome.RETRY:
        changes |= {"error_code": error.code, "error_message": error.message}
    if outcome == Outcome.FAILED:
        changes |= {"finished_at": Now()}
    else:
        counted = "waits" if outcome == Outcome.WAITING else "retries"
        due = Now() + retry_policy.pause(generation, outcome, error)
        changes |= {counted: F(counted) + 1, "next_attempt_at": due, "ring_at": due}
    if not Generation.objects.finish(generation.claim, **changes):
        raise ClaimLost
    note_attempt(generation, outcome, chain, error)
    announce(generation, status)
    log.warning("attempt_failed", outcome=outcome.value, error=error.code.value, retryable=error.retryable)


def note_attempt(generation: Generation, outcome: Outcome, chain: Chain, error: ProviderError | None = None) -> None:
    facts: dict[str, Any] = {"provider": chain.last_asked, "tries": map(asdict, chain.tries)}
    if error:
        facts |= {"code": error.code, "message": error.message}
    NEW_ATTEMPT.run(Attempt.objects.describe(generation, outcome, **facts))
