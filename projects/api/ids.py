"""Ids as clients write them."""

import uuid


def parse_uuid(text: str) -> uuid.UUID | None:
    """Only the canonical form: Python's own parser also takes braces and ``urn:uuid:``."""
    try:
        parsed = uuid.UUID(text)
    except ValueError:
        return None
    return parsed if str(parsed) == text.lower() else None
