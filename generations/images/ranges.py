"""The Range of a request, RFC 9110 section 14: one range of bytes. Whatever else is asked for is answered in full."""

import re
from typing import NamedTuple

from django.http import HttpRequest

ONE_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


class Part(NamedTuple):
    """So many bytes from this one on."""

    start: int
    length: int


class NotSatisfiable(Exception):
    """The range has no byte of the file in it."""


def wanted_part(request: HttpRequest, *, size: int, etag: str) -> Part | None:
    """The part that is asked for of a file of so many bytes, or None for all of it; or raise NotSatisfiable."""
    found = ONE_RANGE.fullmatch(request.headers.get("Range", "").strip())
    if found is None or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = found.groups()
    if first:
        start, end = int(first), min(int(last or size), size - 1)
        if last and int(last) < start:
            return None
    elif last:
        start, end = max(0, size - int(last)), size - 1
    else:
        return None
    if start > end:
        raise NotSatisfiable
    return Part(start, end - start + 1)
