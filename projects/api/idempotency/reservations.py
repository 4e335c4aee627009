"""The life of an idempotency key's row: reserved, answered, and purged in the end; or released at once.

A reservation is committed before the work begins, for that may take seconds; the answer is kept in the transaction of
what was created, so that both are there or neither. Who dies in between leaves a lock that runs out.
"""

import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import orjson
import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, models, transaction
from django.db.models import Model
from django.db.models.functions import Now

from projects.api.idempotency.exceptions import IdempotencyKeyInUse, IdempotencyKeyReused
from projects.api.serialization import dumps
from projects.compiled_queries import CompiledInsert, CompiledUpdate, Parameter
from projects.models import ABANDONED, EXPIRED, IdempotencyKey, Project

log = structlog.get_logger(__name__)

BATCH = 500
LOCKED_UNTIL = Now() + Parameter("lock", models.DurationField())
EXPIRES_AT = Now() + Parameter("life", models.DurationField())
NEW_KEY = CompiledInsert(IdempotencyKey, unless_there=True, locked_until=LOCKED_UNTIL, expires_at=EXPIRES_AT)
KEEP = CompiledUpdate(
    lambda: IdempotencyKey.objects.filter(
        pk=Parameter("id", models.BigIntegerField()), token=Parameter("token", models.UUIDField()), status_code=None
    ),
    status_code=Parameter("status_code", models.IntegerField()),
    headers=Parameter("headers", models.JSONField()),
    body=Parameter("body", models.TextField()),
    resource_type=Parameter("resource_type", models.CharField()),
    resource_id=Parameter("resource_id", models.UUIDField()),
)


def reserve(project: Project, key: str, fingerprint: str) -> IdempotencyKey:
    """The key's row: this request's own now, or one with the answer that an earlier one got (``status_code`` is set).

    Raises IdempotencyKeyInUse while an earlier request is under way, IdempotencyKeyReused where it asked for something
    else.
    """
    mine = IdempotencyKey(project=project, key=key, fingerprint=fingerprint)
    if NEW_KEY.run(mine, lock=lock(), life=settings.IDEMPOTENCY_KEY_LIFE):
        return mine
    is_free = models.ExpressionWrapper(EXPIRED | ABANDONED, output_field=models.BooleanField())
    found = IdempotencyKey.objects.filter(project=project, key=key).annotate(is_free=is_free).first()
    if found is None:  # released a moment ago
        raise IdempotencyKeyInUse
    if found.is_free:
        return take_over(found, fingerprint)
    if found.fingerprint != fingerprint:
        raise IdempotencyKeyReused
    if found.status_code is None:
        raise IdempotencyKeyInUse
    return found


def take_over(key: IdempotencyKey, fingerprint: str) -> IdempotencyKey:
    """Reserve a row that has expired or was abandoned, as if it were new; of many who try, one succeeds."""
    token = uuid.uuid4()
    taken = (
        IdempotencyKey.objects.free()
        .filter(pk=key.pk)
        .update(
            fingerprint=fingerprint,
            token=token,
            locked_until=Now() + lock(),
            status_code=None,
            headers={},
            body="",
            resource_type="",
            resource_id=None,
            created_at=Now(),
            expires_at=Now() + settings.IDEMPOTENCY_KEY_LIFE,
        )
    )
    if not taken:
        raise IdempotencyKeyInUse
    log.info("idempotency_key_taken_over", idempotency_key_id=key.pk)
    return IdempotencyKey(pk=key.pk, project_id=key.project_id, key=key.key, fingerprint=fingerprint, token=token)


def lock() -> timedelta:
    return timedelta(seconds=settings.IDEMPOTENCY_LOCK_S)


def keep_answer(
    reservation: IdempotencyKey, resource: Model, *, status_code: int, headers: dict[str, str], body: str
) -> None:
    """Keep what the request is going to be answered, in the transaction that creates ``resource``.

    Raises IdempotencyKeyInUse, which rolls that back, where another request has taken the key over.
    """
    kept = KEEP.run(
        id=reservation.pk,
        token=reservation.token,
        status_code=status_code,
        headers=headers,
        body=body,
        resource_type=resource._meta.label_lower,
        resource_id=resource.pk,
    )
    if not kept:
        raise IdempotencyKeyInUse


def release(reservation: IdempotencyKey) -> None:
    """Forget a reservation that came to nothing; where the database is away, its lock runs out instead."""
    with suppress(OperationalError, InterfaceError):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()  # as after each request: it may be what has failed
        IdempotencyKey.objects.filter(pk=reservation.pk, token=reservation.token, status_code=None).delete()


def redact_answers(resource: Model, without: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """Take out of the answers that are kept of a resource what is personal, in the caller's transaction.

    ``without`` makes the answer's data anew. Return how many answers there were.
    """
    kept = IdempotencyKey.objects.filter(resource_type=resource._meta.label_lower, resource_id=resource.pk)
    found = list(kept.select_for_update(no_key=True).order_by("pk"))
    for key in found:
        answer = orjson.loads(key.body)
        IdempotencyKey.objects.filter(pk=key.pk).update(body=dumps(answer | {"data": without(answer["data"])}).decode())
    return len(found)


def purge_expired_keys() -> int:
    """Delete a batch of expired keys, beside others that do the same; return how many there were."""
    with transaction.atomic():
        expired = IdempotencyKey.objects.expired().select_for_update(skip_locked=True).order_by("expires_at")
        ids = list(expired.values_list("pk", flat=True)[:BATCH])
        IdempotencyKey.objects.filter(pk__in=ids).delete()
    return len(ids)
