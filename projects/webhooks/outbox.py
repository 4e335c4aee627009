"""Writing events down with the change that they tell of, and deleting them when they are old."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Now

from projects.prepared import Parameter, PreparedQuery
from projects.webhooks.models import Delivery, Endpoint, Message
from projects.wire import dumps

BATCH = 500
FIRST_ENDPOINT = PreparedQuery(
    lambda: (
        Endpoint.objects.enabled()
        .filter(project=Parameter("project", models.UUIDField()))
        .annotate(database_time=Now())
    )
)
news = threading.Event()
"""Set when this process has written something to deliver; the others' dispatchers look once a second."""


def publish(project_id: UUID, event_type: str, describe: Callable[[], Any]) -> None:
    """Tell the project's endpoints, if this transaction commits. ``describe`` makes the event's data, if anybody asks.

    Without endpoints it is one query.
    """
    first: Any = FIRST_ENDPOINT.first(project=project_id)
    if first is None:
        return
    endpoints = [each for each in Endpoint.objects.enabled().filter(project=project_id) if each.wants(event_type)]
    if endpoints:
        write(project_id, event_type, first.database_time, describe(), endpoints)


def write(project_id: UUID, event_type: str, at: Any, data: Any, endpoints: list[Endpoint]) -> list[Delivery]:
    """One message and its deliveries, in the caller's transaction."""
    body = dumps({"type": event_type, "timestamp": at, "data": data}).decode()
    message = Message.objects.create(project_id=project_id, type=event_type, body=body)
    deliveries = Delivery.objects.bulk_create(Delivery(message=message, endpoint=endpoint) for endpoint in endpoints)
    transaction.on_commit(news.set)
    return deliveries


@transaction.atomic
def purge_old_messages() -> int:
    """Delete a batch of what is older than WEBHOOK_RETENTION_DAYS; return how many messages went."""
    old = Message.objects.filter(created_at__lt=Now() - timedelta(days=settings.WEBHOOK_RETENTION_DAYS))
    ids = list(old.select_for_update(skip_locked=True).order_by("created_at").values_list("pk", flat=True)[:BATCH])
    Delivery.objects.filter(message__in=ids).delete()
    Message.objects.filter(pk__in=ids).delete()
    return len(ids)
