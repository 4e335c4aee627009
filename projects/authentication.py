"""X-API-Key becomes ``request.auth``: the key, which knows its project and its organization."""

import hashlib
import hmac
from typing import Any

from django.db import models
from django.db.models.functions import Now
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from projects.keys import KeyText, parse_key
from projects.models import ApiKey
from projects.prepared import Parameter, PreparedQuery
from projects.services import LAST_USED_PRECISION, note_api_key_use

DUMMY_DIGEST = hashlib.sha256(b"no such key").hexdigest()
KEY_BY_ID = PreparedQuery(
    lambda: (
        ApiKey.objects.usable()
        .filter(key_id=Parameter("key_id", models.CharField()))
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
            note_api_key_use(api_key)
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

    One query by key id; the secret is compared in constant time, with a dummy where the id is unknown.
    """
    api_key = KEY_BY_ID.first(key_id=text.key_id)
    matches = hmac.compare_digest(api_key.digest if api_key else DUMMY_DIGEST, text.digest)
    return api_key if matches else None
