"""What staff may do with keys. A key's text leaves these functions once and is kept nowhere."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Least, Now

from projects.keys import new_key
from projects.models import ApiKey, Project

log = structlog.get_logger(__name__)
LAST_USED_PRECISION = timedelta(minutes=1)
LONGEST_LIFE_DAYS = 3650
HIGHEST_RATE_LIMIT = 1_000_000_000
USUAL_OVERLAP_DAYS = 7
LONGEST_OVERLAP_DAYS = 90


class ApiKeyRevoked(Exception):
    """A revoked key has no successor: somebody rotated or revoked it before."""


class ApiKeyRotated(Exception):
    """It has its successor, which is the one to rotate."""


def issue_api_key(
    project: Project, *, name: str, life: timedelta | None = None, rate_limit_per_hour: int | None = None
) -> tuple[ApiKey, str]:
    """Make a key that lives ``life`` (API_KEY_LIFE by default); return its row and, this once, its text."""
    text = new_key()
    api_key = ApiKey.objects.create(
        project=project,
        name=name,
        key_id=text.key_id,
        digest=text.digest,
        last_four=text.last_four,
        rate_limit_per_hour=rate_limit_per_hour,
        expires_at=Now() + (settings.API_KEY_LIFE if life is None else life),
    )
    api_key.refresh_from_db()
    log.info("api_key_issued", key_id=api_key.key_id, project_id=str(project.pk))
    return api_key, text.reveal()


def revoke_api_key(api_key: ApiKey) -> bool:
    """Refuse this key from the next request on; False if it was revoked before."""
    revoked = bool(ApiKey.objects.filter(pk=api_key.pk, revoked_at=None).update(revoked_at=Now()))
    if revoked:
        log.info("api_key_revoked", key_id=api_key.key_id)
    return revoked


@transaction.atomic
def rotate_api_key(api_key: ApiKey, *, overlap: timedelta = timedelta(0)) -> tuple[ApiKey, str]:
    """Issue a key's successor: same project, name and limit. Return its row and, this once, its text.

    The old key is accepted for ``overlap`` longer, never beyond its own end, so that its clients can be changed one by
    one; with none it is revoked. Raise ApiKeyRevoked or ApiKeyRotated where somebody was here before.
    """
    changes = {"expires_at": Least(F("expires_at"), Now() + overlap)} if overlap else {"revoked_at": Now()}
    if not ApiKey.objects.filter(pk=api_key.pk, revoked_at=None, rotated_at=None).update(rotated_at=Now(), **changes):
        raise ApiKeyRotated if ApiKey.objects.filter(pk=api_key.pk, revoked_at=None).exists() else ApiKeyRevoked
    successor, text = issue_api_key(api_key.project, name=api_key.name, rate_limit_per_hour=api_key.rate_limit_per_hour)
    log.info(
        "api_key_rotated",
        key_id=api_key.key_id,
        successor=successor.key_id,
        project_id=str(api_key.project_id),
        overlap_s=overlap.total_seconds(),
    )
    return successor, text


@dataclass(frozen=True, slots=True)
class KeysToReplace:
    """Of the usable keys without a successor: in how many seconds the first one ends, and how many end soon."""

    first_ends_in_s: float | None
    ending_soon: int


def keys_to_replace() -> KeysToReplace:
    """Two short looks into one small index, however many keys there are."""
    first: Any = ApiKey.objects.to_replace().order_by("expires_at").annotate(database_time=Now()).first()
    left = (first.expires_at - first.database_time).total_seconds() if first else None
    return KeysToReplace(left, ApiKey.objects.ending_soon().count())


def note_api_key_use(api_key: ApiKey) -> None:
    """Remember when a key was last used, to the minute: one write a minute however many requests come."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=Now() - LAST_USED_PRECISION)
    ApiKey.objects.filter(stale, pk=api_key.pk).update(last_used_at=Now())
