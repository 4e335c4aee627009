"""Secrets and signatures.

A secret is made of SECRET_KEY and the endpoint's salt, so that no copy of the database can sign in our name.
"""

import secrets
from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime

from django.utils.crypto import salted_hmac
from standardwebhooks.webhooks import Webhook


def new_salt() -> str:
    return secrets.token_hex(16)


def secret_of(salt: str) -> str:
    """``whsec_`` and 32 bytes in base64."""
    return f"whsec_{b64encode(salted_hmac('projects.webhooks', salt, algorithm='sha256').digest()).decode()}"


def signed_headers(secrets: Iterable[str], *, message_id: str, at: datetime, body: str) -> dict[str, str]:
    """The three headers of the specification, with a signature by each of the secrets."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(message_id, at, body) for secret in secrets),
    }
