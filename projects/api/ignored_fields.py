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
    known = list(known_fields(form))
    warnings = [sentence(name, known) for name in ignored[:MOST]]
    if len(ignored) > MOST:
        warnings.append(f"{len(ignored) - MOST} more unknown fields were ignored.")
    return {"data": shown, "warnings": warnings}


def unknown_fields(form: JsonObject, sent: Any, prefix: str = "") -> Iterator[str]:
    """Each with its place, ``enhancementOptions.style``: those of objects within this one too."""
    if not isinstance(sent, dict):
        return
    fields = form.fields
    for name, value in sent.items():
        field = fields.get(name)
        if field is None:
            yield prefix + name
        elif isinstance(field, JsonObject):
            yield from unknown_fields(field, value, f"{prefix}{name}.")


def known_fields(form: JsonObject, prefix: str = "") -> Iterator[str]:
    """All that could have been meant, with its place; the nearer ones last, where they hold against others."""
    for name, field in form.fields.items():
        if isinstance(field, JsonObject):
            yield from known_fields(field, f"{prefix}{name}.")
    yield from (f"{prefix}{name}" for name in form.fields)


def sentence(name: str, known: list[str]) -> str:
    told = f"`{printable(name)}` is not a field of this request and was ignored"
    meant = closest(name, known)
    return f"{told}; did you mean `{meant}`?" if meant else f"{told}."


def closest(name: str, known: list[str]) -> str | None:
    """``aspectRatio`` for ``aspect_ratio``, ``AspectRatio`` and ``apsectRatio``, wherever it stands."""
    plain = {bare(each): each for each in known}
    found = get_close_matches(bare(name), plain, n=1, cutoff=0.8)
    meant = plain[found[0]] if found else None
    return meant if meant != name else None  # a name with a dot in it


def bare(name: str) -> str:
    """The name without its place, in one way of writing it."""
    return name.rpartition(".")[2][:LONGEST_NAME].replace("_", "").replace("-", "").lower()


def printable(name: str) -> str:
    """As it can be written in UTF-8, and not as long as its caller likes."""
    shown = name.encode(errors="replace").decode()
    return shown if len(shown) <= LONGEST_NAME else f"{shown[:LONGEST_NAME]}…"
