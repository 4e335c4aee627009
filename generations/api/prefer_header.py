"""``Prefer: wait=N``, RFC 7240."""

import re

from django.conf import settings

# Possessive throughout (*+, ++, ?+): what is matched is never tried in another way, so a long header costs its length.
NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]++"
QUOTED = r'"(?:[^"\\]|\\.)*+"'
WORD = rf"{NAME}|{QUOTED}"
PARAMETER = rf"\s*+;\s*+(?:{NAME}(?:\s*+=\s*+(?:{WORD})?+)?+)?+"
PREFERENCE = re.compile(rf"[\s,]*+({NAME})(?:\s*+=\s*+({WORD})?+)?+(?:{PARAMETER})*+\s*+(?:,|$)")
SECONDS = re.compile(r"[0-9]{1,9}")


def preferred_wait_s(header: str) -> int:
    """How many seconds the caller likes to wait, as many as we allow; 0 where it does not say so in good order.

    Of a preference that is given twice the first one counts. Others are not ours, and what cannot be read is nothing.
    """
    position = 0
    while found := PREFERENCE.match(header, position):
        if found[1].lower() == "wait":
            value = (found[2] or "").strip('"')
            return min(int(value), settings.PREFER_WAIT_MAX_S) if SECONDS.fullmatch(value) else 0
        position = found.end()
    return 0
