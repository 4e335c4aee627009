"""What the rules make of prompts as people write them, in nine languages: ``prompts.toml`` beside this file."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from enhancement import Template
from enhancement.enhancers.rules import RulesEnhancer

CORPUS: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "prompts.toml").read_text())
MOST_ADDED = 600
rules = RulesEnhancer()


@dataclass(frozen=True)
class Case:
    """A prompt with what is left of it, the words that nothing may add, and those that a photograph gains."""

    prompt: str
    kept: str
    never: list[str]
    adds: list[str]


def words_of(*lists: str) -> list[str]:
    return [word.strip() for listed in lists for word in listed.split(",") if word.strip()]


def cases(table: str) -> Iterator[Case]:
    for prompt, value in CORPUS[table].items():
        if prompt != "never":
            told = {"never": value} if isinstance(value, str) else value
            never = words_of(CORPUS[table].get("never", ""), told.get("never", ""))
            yield Case(prompt, told.get("keeps", prompt.rstrip(".")), never, words_of(told.get("adds", "")))


def faults(case: Case, template: Template) -> Iterator[str]:
    enhanced = rules.enhance(case.prompt, template)
    before, kept, after = enhanced.partition(case.kept)
    added = f"{before} {after}"
    if not kept:
        yield f"lost {case.kept!r}: {enhanced}"
    if not 0 < len(added) <= MOST_ADDED:
        yield f"added {len(added)} characters: {enhanced}"
    if rules.enhance(case.prompt, template) != enhanced:
        yield f"is not the same twice: {enhanced}"
    yield from (f"added {word!r}: {enhanced}" for word in case.never if says(word, added))
    if template is Template.PHOTOREALISTIC:
        yield from (f"did not add {word!r}: {enhanced}" for word in case.adds if not says(word, added))


def says(word: str, text: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text))


def test_there_are_more_than_300():
    assert sum(len(list(cases(table))) for table in CORPUS) > 300


@pytest.mark.parametrize("table", CORPUS)
def test_nothing_is_added_that_the_prompt_speaks_against(table):
    assert [fault for case in cases(table) for template in Template for fault in faults(case, template)] == []
