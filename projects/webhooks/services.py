"""What a request or an operator may do with endpoints and deliveries."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from projects.api.ids import parse_uuid
from projects.models import Project
from projects.webhooks.exceptions import DeliveryNotFound, WebhookDisabled, WebhookLimitReached, WebhookNotFound
from projects.webhooks.models import Delivery, DisabledReason, Endpoint
from projects.webhooks.outbox import Event, news, write
from projects.webhooks.signing import new_salt

log = structlog.get_logger(__name__)

MAX_ENDPOINTS = 20
SECRETS_OVERLAP = timedelta(hours=24)
TEST_EVENT = "webhook.test"


def webhook_of(project: Project, webhook_id: str) -> Endpoint:
    """A project's own endpoint; anything else is not found."""
    wanted = parse_uuid(webhook_id)
    endpoint = project.webhooks.filter(pk=wanted).first() if wanted else None
    if endpoint is None:
        raise WebhookNotFound
    return endpoint


def delivery_of(project: Project, webhook_id: str, delivery_id: str) -> Delivery:
    """A delivery of a project's own endpoint, with its message and endpoint; anything else is not found."""
    wanted, under = parse_uuid(delivery_id), parse_uuid(webhook_id)
    found = Delivery.objects.filter(endpoint__project=project).select_related("message", "endpoint")
    delivery = found.filter(pk=wanted, endpoint=under).first() if wanted and under else None
    if delivery is None:
        raise DeliveryNotFound
    return delivery


@transaction.atomic
def create_webhook(
    project: Project,
    *,
    url: str,
    description: str = "",
    event_types: Sequence[str] = (),
    record: Callable[[Endpoint], None] | None = None,
) -> Endpoint:
    """Make an endpoint of an approved URL. The project's row is locked, so that the limit holds.

    ``record`` is called with the new row in the same transaction, and may undo it by raising.
    """
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if project.webhooks.count() >= MAX_ENDPOINTS:
        raise WebhookLimitReached
    endpoint = Endpoint.objects.create(project=project, url=url, description=description, event_types=list(event_types))
    if record:
        record(endpoint)
    log.info("webhook_created", webhook_id=str(endpoint.pk), project_id=str(project.pk))
    return endpoint


@transaction.atomic
def update_webhook(endpoint: Endpoint, *, enabled: bool | None = None, **changes: Any) -> Endpoint:
    """Change what is named, and nothing else; or raise WebhookNotFound if it is gone."""
    row = Endpoint.objects.filter(pk=endpoint.pk)
    if changes:
        row.update(updated_at=Now(), **changes)
    if enabled is not None:
        (enable if enabled else disable)(row)
    found = row.first()
    if found is None:
        raise WebhookNotFound
    return found


def enable(endpoints: QuerySet[Endpoint]) -> int:
    """Begin anew, failures forgotten; what waited goes out. Return how many were disabled."""
    disabled = endpoints.exclude(disabled_reason="")
    transaction.on_commit(news.set)
    return disabled.update(disabled_reason="", disabled_at=None, failing_since=None, updated_at=Now())


def disable(endpoints: QuerySet[Endpoint]) -> int:
    """Send nothing more; what waits keeps waiting. Return how many were enabled."""
    enabled = endpoints.filter(disabled_reason="")
    return enabled.update(disabled_reason=DisabledReason.OWNER, disabled_at=Now(), updated_at=Now())


@transaction.atomic
def rotate_secret(endpoint: Endpoint, *, record: Callable[[Endpoint], None] | None = None) -> Endpoint:
    """Give it a new secret; the old one signs along for SECRETS_OVERLAP. For ``record``, see create_webhook."""
    rotated = Endpoint.objects.filter(pk=endpoint.pk).update(
        previous_salt=F("salt"), previous_expires_at=Now() + SECRETS_OVERLAP, salt=new_salt(), updated_at=Now()
    )
    if not rotated:
        raise WebhookNotFound
    found = Endpoint.objects.get(pk=endpoint.pk)
    if record:
        record(found)
    log.info("webhook_secret_rotated", webhook_id=str(endpoint.pk))
    return found


def delete_webhook(endpoint: Endpoint) -> None:
    """Delete it with its deliveries, in two statements however many there are."""
    endpoint.delete()
    log.info("webhook_deleted", webhook_id=str(endpoint.pk))


@transaction.atomic
def send_test(endpoint: Endpoint, *, record: Callable[[Delivery], None] | None = None) -> Delivery:
    """Send it an event that tells of nothing, whatever events it wants. For ``record``, see create_webhook."""
    enabled: Any = Endpoint.objects.enabled().filter(pk=endpoint.pk).annotate(database_time=Now()).first()
    if enabled is None:
        raise WebhookDisabled
    event = Event({"webhookId": endpoint.pk, "message": "Your webhook works."})
    (delivery,) = write(endpoint.project_id, TEST_EVENT, enabled.database_time, event, [enabled])
    found = Delivery.objects.newest().get(pk=delivery.pk)
    if record:
        record(found)
    return found


@transaction.atomic
def send_again(delivery: Delivery, *, record: Callable[[Delivery], None] | None = None) -> Delivery:
    """Send a delivery's message once more, under the same id; one that is on the wire is left to it.

    For ``record``, see create_webhook.
    """
    if not Endpoint.objects.enabled().filter(pk=delivery.endpoint_id).exists():
        raise WebhookDisabled
    if Delivery.objects.filter(pk=delivery.pk).send_again():
        transaction.on_commit(news.set)
    found = Delivery.objects.newest().filter(pk=delivery.pk).first()
    if found is None:
        raise DeliveryNotFound
    if record:
        record(found)
    return found
