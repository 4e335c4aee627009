"""What has to follow each change of a generation's state, in the same transaction."""

from functools import partial
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings

from generations.models import Generation, Status
from generations.notices import notify
from generations.serializers import generation_out
from projects.webhooks.models import EventType
from projects.webhooks.outbox import publish

EVENTS = {
    Status.PROCESSING: EventType.GENERATION_PROCESSING,
    Status.SUCCESS: EventType.GENERATION_SUCCEEDED,
    Status.FAILED: EventType.GENERATION_FAILED,
}


def announce(generation: Generation, status: Status) -> None:
    """Tell of a row that this transaction has moved to ``status``; the object may still show what it was before."""
    notify(generation.pk)
    if event := EVENTS.get(status):
        publish(generation.project_id, event.value, partial(describe, generation.pk), subject_id=generation.pk)


def describe(generation_id: UUID) -> dict[str, Any]:
    """The generation as GET gives it; where no request says by which host, the links begin with PUBLIC_URL."""
    generation = Generation.objects.select_related("output_image").get(pk=generation_id)
    return generation_out(generation, partial(urljoin, settings.PUBLIC_URL or f"http://127.0.0.1:{settings.PORT}"))
