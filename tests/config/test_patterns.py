"""No pattern of ours backtracks without end, whatever a stranger sends."""

import importlib
import pkgutil
import re
import re._constants as opcode
import re._parser as parser
from collections.abc import Iterator
from typing import Any

import pytest

from generations.api.prefer_header import PREFERENCE

ROOMS = ("config", "enhancement", "generations", "projects")
MANY = 100
"""What may repeat so often counts as unbounded."""


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every compiled pattern that a module holds: by itself, in a dictionary, or as one of its bound methods there."""
    for room in ROOMS:
        package = importlib.import_module(room)
        for found in pkgutil.walk_packages(package.__path__, f"{room}."):
            if ".migrations." in found.name or found.name == "config.wsgi":
                continue
            for name, value in vars(importlib.import_module(found.name)).items():
                for held in value.values() if isinstance(value, dict) else [value]:
                    pattern = held if isinstance(held, re.Pattern) else getattr(held, "__self__", None)
                    if isinstance(pattern, re.Pattern):
                        yield f"{found.name}.{name}", pattern


def repeats_in_repeats(items: Any, *, inside: bool = False) -> Iterator[str]:
    """Repetitions in a repetition that may each be tried in other ways: the ways multiply with each character."""
    for code, argument in items:
        if code in (opcode.MAX_REPEAT, opcode.MIN_REPEAT):
            _, most, repeated = argument
            is_long = most is opcode.MAXREPEAT or most >= MANY
            if is_long and inside:
                yield str(repeated)
            yield from repeats_in_repeats(repeated, inside=inside or is_long)
        elif code is opcode.POSSESSIVE_REPEAT:
            yield from repeats_in_repeats(argument[2])
        elif code is opcode.ATOMIC_GROUP:
            yield from repeats_in_repeats(argument)
        elif code is opcode.SUBPATTERN:
            yield from repeats_in_repeats(argument[3], inside=inside)
        elif code is opcode.BRANCH:
            for branch in argument[1]:
                yield from repeats_in_repeats(branch, inside=inside)
        elif code in (opcode.ASSERT, opcode.ASSERT_NOT):
            yield from repeats_in_repeats(argument[1], inside=inside)


def suspects(pattern: re.Pattern[str]) -> list[str]:
    return list(repeats_in_repeats(parser.parse(pattern.pattern, pattern.flags)))


def test_no_pattern_has_a_repetition_in_a_repetition_unless_it_is_possessive():
    found = list(patterns())
    assert {"generations.api.prefer_header.PREFERENCE", "enhancement.validation.FAULTS"} <= {name for name, _ in found}
    assert len(found) > 50
    assert [name for name, pattern in found if suspects(pattern)] == []


@pytest.mark.parametrize(
    ("pattern", "is_suspect"),
    [(r"(?:a*;)*", True), (r"(?:(?:a|b+);?)+", True), (r"(?:a*+;)*+", False), (r"a*b*", False), (r"(?:-a)*", False)],
)
def test_what_is_looked_for_is_found(pattern, is_suspect):
    assert bool(suspects(re.compile(pattern))) is is_suspect


def test_the_pattern_of_prefer_is_possessive_throughout():
    """Two repetitions side by side are enough where both take a blank, so there is none that gives anything back."""
    text = PREFERENCE.pattern
    assert re.findall(r"(?<!\\)[*+?](?![+:])(?<![+*?]\+)", re.sub(r"\[[^\]]*\]|\(\?:", "", text)) == []
