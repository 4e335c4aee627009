"""What the words of each language mean to the sketch, read from the tables in ``vocabulary``."""

import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

TABLES = Path(__file__).with_name("vocabulary")
ENDING = 3
"""The longest ending that a ``*`` stands for, in letters."""
HEAD = 5
"""The shortest word that is looked for at the end of a German compound, in letters."""
LONGEST_PHRASE = 4

Meanings = dict[str, str]
"""What a word says, by slot: ``{"subject": "cat"}``."""
Table = dict[str, dict[str, str]]


class Found(NamedTuple):
    """What a word says, and whether it is a plural."""

    meanings: Meanings
    is_plural: bool = False


class Lexicon:
    """The words and phrases of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._words: dict[str, Meanings] = defaultdict(dict)
        self._stems: dict[str, Meanings] = defaultdict(dict)
        self._plurals = grammar("plural", language)
        for slot, meaning, word in _entries(language):
            if word.endswith("*"):
                self._stems[word[:-1]].setdefault(slot, meaning)
            else:
                self._words[word].setdefault(slot, meaning)

    def find(self, word: str) -> Found | None:
        """A word, or words with a space between them; in German also by the end of a compound."""
        if found := self._whole(word):
            return found
        if self.language == "de" and " " not in word:
            heads = (word[start:] for start in range(ENDING, len(word) - HEAD + 1))
            return next((found for head in heads if (found := self._whole(head))), None)
        return None

    def terms(self) -> dict[str, Meanings]:
        """All words, for languages that put no spaces between them."""
        return self._words

    def entries(self) -> Iterator[tuple[str, Meanings]]:
        """Every word and stem with what it says."""
        yield from self._words.items()
        yield from self._stems.items()

    def _whole(self, word: str) -> Found | None:
        if word in self._words:
            return Found(self._words[word])
        for ending in sorted(self._plurals):
            singular = word.removesuffix(ending)
            if singular != word and singular in self._words:
                return Found(self._words[singular], is_plural=True)
        stems = (word[: len(word) - cut] for cut in range(ENDING + 1))
        return next((Found(self._stems[stem]) for stem in stems if stem in self._stems), None)


@cache
def lexicon(language: str) -> Lexicon:
    """The language's words, read once in each process."""
    return Lexicon(language)


@cache
def grammar(kind: str, language: str) -> frozenset[str]:
    """The small words of a kind, a table of grammar.toml."""
    return frozenset(_split(_table("grammar.toml")[kind].get(language, "")))


def normal(text: str) -> str:
    """Text as it is compared: one case, one width, one way to write ё."""
    return unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")


def meanings(slot: str) -> list[str]:
    """Everything that a slot can hold, in the order of its tables."""
    return [meaning for name in _tables_of(slot) for meaning in _table(name)]


def _entries(language: str) -> Iterator[tuple[str, str, str]]:
    for slot in ("subject", "ground", "water", "hour", "weather", "season", "colour", "count"):
        for name in _tables_of(slot):
            for meaning, words in _table(name).items():
                for word in _split(words.get(language, "")):
                    yield slot, meaning, word


def _tables_of(slot: str) -> list[str]:
    if slot != "subject":
        return [f"{slot}s.toml"]
    return [str(path.relative_to(TABLES)) for path in sorted(TABLES.glob("subjects/*.toml"))]


@cache
def _table(name: str) -> Table:
    return tomllib.loads((TABLES / name).read_text(encoding="utf-8"))


def _split(words: str) -> list[str]:
    return [" ".join(normal(word).replace("-", " ").split()) for word in words.split(",") if word.strip()]
