"""What staff may do with keys. A key's text leaves these functions once and is kept nowhere."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from projects.keys import new_key
from projects.models import ApiKey, Project

log = structlog.get_logger(__name__)
LAST_USED_PRECISION = timedelta(minutes=1)
LONGEST_LIFE_DAYS = 3650
HIGHEST_RATE_LIMIT = 1_000_000_000


class ApiKeyRevoked(Exception):
    """A revoked key has no successor: somebody rotated or revoked it before."""


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
def rotate_api_key(api_key: ApiKey) -> tuple[ApiKey, str]:
    """Revoke a key and issue its successor: same project, name and limit; or raise ApiKeyRevoked."""
    if not revoke_api_key(api_key):
        raise ApiKeyRevoked
    return issue_api_key(api_key.project, name=api_key.name, rate_limit_per_hour=api_key.rate_limit_per_hour)


def note_api_key_use(api_key: ApiKey) -> None:
    """Remember when a key was last used, to the minute: one write a minute however many requests come."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=Now() - LAST_USED_PRECISION)
    ApiKey.objects.filter(stale, pk=api_key.pk).update(last_used_at=Now())
