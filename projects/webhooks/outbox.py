"""Writing events down with the change that they tell of, and deleting them when they are old."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Now

from projects.api.serialization import dumps
from projects.compiled_queries import CompiledQuery, Parameter
from projects.webhooks.models import Delivery, Endpoint, Message

BATCH = 500
ENABLED_ENDPOINTS = CompiledQuery(
    lambda: (
        Endpoint.objects.enabled()
        .filter(project=Parameter("project", models.UUIDField()))
        .annotate(database_time=Now())
    )
)
news = threading.Event()
"""Set when this process has written something to deliver; the others' dispatchers look once a second."""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, as JSON is to show it; ``links`` are its addresses of stored files, with the files' keys.

    ``context`` stands beside ``data``: facts of the event that are none of what it tells of.
    """

    data: Any
    links: dict[str, str] | None = None
    context: dict[str, Any] = field(default_factory=dict)


def publish(
    project_id: UUID, event_type: str, describe: Callable[[], Event], *, subject_id: UUID | None = None
) -> None:
    """Tell the project's endpoints, if this transaction commits. ``describe`` makes the event, if anybody asks.

    ``subject_id`` is what it tells of: events of one subject arrive in order, and ``redact`` finds them again.

    The endpoints are one query, and where there are none the only one.
    """
    endpoints: list[Any] = [
        endpoint for endpoint in ENABLED_ENDPOINTS.all(project=project_id) if endpoint.wants(event_type)
    ]
    if endpoints:
        at = endpoints[0].database_time
        write(project_id, event_type, at, describe(), endpoints, subject_id=subject_id)


def write(
    project_id: UUID,
    event_type: str,
    at: Any,
    event: Event,
    endpoints: list[Endpoint],
    *,
    subject_id: UUID | None = None,
) -> list[Delivery]:
    """One message and its deliveries, in the caller's transaction."""
    message = Message.objects.create(
        project_id=project_id,
        type=event_type,
        body=dumps({"type": event_type, "timestamp": at, **event.context, "data": event.data}).decode(),
        subject_id=subject_id,
        links=event.links,
    )
    deliveries = Delivery.objects.bulk_create(
        Delivery(message=message, endpoint=endpoint, subject_id=subject_id) for endpoint in endpoints
    )
    transaction.on_commit(news.set)
    return deliveries


def redact(subject_id: UUID, without: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """Take out of all that was told of something what is personal, in the caller's transaction; return of how many.

    ``without`` makes the event's data anew. What is on the wire at this moment arrives as it was; what is sent later,
    or again, is the new text under the same id.
    """
    found = list(Message.objects.select_for_update(no_key=True).filter(subject_id=subject_id).order_by("pk"))
    for message in found:
        told = orjson.loads(message.body)
        body = dumps(told | {"data": without(told["data"])}).decode()
        # Its links led to files that go as well.
        Message.objects.filter(pk=message.pk).update(body=body, links=None)
    return len(found)


@transaction.atomic
def purge_old_messages() -> int:
    """Delete a batch of what is older than WEBHOOK_RETENTION_DAYS; return how many messages went."""
    old = Message.objects.filter(created_at__lt=Now() - timedelta(days=settings.WEBHOOK_RETENTION_DAYS))
    ids = list(old.select_for_update(skip_locked=True).order_by("created_at").values_list("pk", flat=True)[:BATCH])
    Delivery.objects.filter(message__in=ids).delete()
    Message.objects.filter(pk__in=ids).delete()
    return len(ids)
