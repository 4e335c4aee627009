"""X-API-Key becomes ``request.auth``: the key, which knows its project and its organization."""

import hashlib
import hmac
from contextlib import suppress
from typing import Any

import structlog
from django.db import OperationalError, models
from django.db.models.functions import Now
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from projects.compiled_queries import CompiledQuery, Parameter
from projects.keys import KeyText, parse_key
from projects.models import ApiKey
from projects.services import LAST_USED_PRECISION, note_api_key_use

DUMMY_DIGEST = hashlib.sha256(b"no such key").hexdigest()
USABLE_KEY = CompiledQuery(
    lambda: (
        ApiKey.objects.usable()
        .filter(
            key_id=Parameter("key_id", models.CharField()),
            # A row that came, and was made an object, only to be refused took so much longer that it told of itself.
            digest=Parameter("digest", models.CharField()),
        )
        .select_related("project__organization")
        .annotate(database_time=Now())
    )
)
REFUSAL = "A valid API key is needed in the X-API-Key header."


class ApiKeyAuthentication(BaseAuthentication):
    """Every wrong key gets the same answer: missing, mistyped, unknown, expired, revoked, of a disabled project."""

    def authenticate(self, request: Request) -> tuple[None, ApiKey] | None:
        header = request.META.get("HTTP_X_API_KEY")
        if header is None:
            return None
        text = parse_key(header)
        api_key = find_api_key(text) if text else None
        if api_key is None:
            raise AuthenticationFailed(REFUSAL)
        if api_key.last_used_at is None or api_key.database_time - api_key.last_used_at > LAST_USED_PRECISION:
            with suppress(OperationalError):  # where nothing can be written, what was asked may yet be read
                note_api_key_use(api_key)
        structlog.contextvars.bind_contextvars(key_id=api_key.key_id)
        return None, api_key

    def authenticate_header(self, request: Request) -> str:
        return "ApiKey"


class HasApiKey(BasePermission):
    """The API is for programs with a key."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, ApiKey):
            raise NotAuthenticated(REFUSAL)
        return True


def find_api_key(text: KeyText) -> Any:
    """The key, with ``database_time``; or None.

    One query, which finds no row for any wrong key. What is found is compared once more, in constant time, and a dummy
    where there is nothing, so that no wrong key is told from another by the work it makes.
    """
    digest = text.digest
    api_key = USABLE_KEY.first(key_id=text.key_id, digest=digest)
    matches = hmac.compare_digest(api_key.digest if api_key else DUMMY_DIGEST, digest)
    return api_key if matches else None
