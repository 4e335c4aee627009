"""Warnings of what a request names and we do not know: it is ignored, and a misspelt name costs its caller money."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from projects.api.fields import JsonObject

MOST = 10
LONGEST_NAME = 64


def with_warnings(shown: dict[str, Any], form: JsonObject, sent: Any) -> dict[str, Any]:
    """What is answered: ``shown``, and beside it a sentence for each field that was sent and that the form ignores."""
    ignored = list(unknown_fields(form, sent))
    if not ignored:
        return shown
    warnings = [sentence(name, known) for name, known in ignored[:MOST]]
    if len(ignored) > MOST:
        warnings.append(f"{len(ignored) - MOST} more unknown fields were ignored.")
    return {"data": shown, "warnings": warnings}


def unknown_fields(form: JsonObject, sent: Any, prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    """Each with the names that are known where it stands, those of objects within this one too."""
    if not isinstance(sent, dict):
        return
    fields = form.fields
    known = [f"{prefix}{name}" for name in fields]
    for name, value in sent.items():
        field = fields.get(name)
        if field is None:
            yield prefix + name, known
        elif isinstance(field, JsonObject):
            yield from unknown_fields(field, value, f"{prefix}{name}.")


def sentence(name: str, known: list[str]) -> str:
    told = f"`{printable(name)}` is not a field of this request and was ignored"
    meant = closest(name, known)
    return f"{told}; did you mean `{meant}`?" if meant else f"{told}."


def closest(name: str, known: list[str]) -> str | None:
    """``aspectRatio`` for ``aspect_ratio``, ``AspectRatio`` and ``apsectRatio``."""
    plain = {each.replace("_", "").lower(): each for each in known}
    found = get_close_matches(name[:LONGEST_NAME].replace("_", "").replace("-", "").lower(), plain, n=1, cutoff=0.8)
    return plain[found[0]] if found else None


def printable(name: str) -> str:
    """As it can be written in UTF-8, and not as long as its caller likes."""
    shown = name.encode(errors="replace").decode()
    return shown if len(shown) <= LONGEST_NAME else f"{shown[:LONGEST_NAME]}…"
