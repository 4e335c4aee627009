"""What has to follow each change of a generation's state, in the same transaction."""

from functools import partial
from uuid import UUID

from generations.models import Generation, Status
from generations.notifications import notify
from generations.serializers.output import generation_out
from projects.webhooks.links import outside_url
from projects.webhooks.models import EventType
from projects.webhooks.outbox import Event, publish

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


def describe(generation_id: UUID) -> Event:
    """The generation as GET gives it; where no request says by which host, the links begin with PUBLIC_URL.

    Beside it stands who asked for it, so that a program knows its own: GET tells that of no generation.
    """
    generation = Generation.objects.select_related("output_image").get(pk=generation_id)
    data, image = generation_out(generation, outside_url), generation.output_image
    links = {data["outputImage"]["storageUrl"]: image.key} if image else None
    return Event(data, links, {"apiKeyId": generation.api_key_id})
