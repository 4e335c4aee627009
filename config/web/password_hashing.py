"""Hashing of passwords, which takes a good part of a second of a core."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection

from projects.api.connection_pool import slots


class AsidePBKDF2PasswordHasher(PBKDF2PasswordHasher):
    """Django's own; meanwhile others work in the slot, unless there is a transaction open in it."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        if connection.in_atomic_block:
            return super().encode(password, salt, iterations)
        with slots.aside():
            return super().encode(password, salt, iterations)
