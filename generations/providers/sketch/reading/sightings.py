"""The known words of a prompt, in their order, without those that it denies."""

from dataclasses import dataclass
from functools import lru_cache

from .language import is_east_asian, language_of
from .lexicon import LONGEST_PHRASE, Found, Meanings, grammar, lexicon
from .tokens import KANA, Token, east_asian_meanings, spaced, unspaced

EAST_ASIAN = frozenset({"ja", "zh"})
HIDDEN = Token(" ")
"""Stands where a denied word was."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One known word or phrase: where it begins and ends among the words, and what it says."""

    start: int
    end: int
    meanings: Meanings
    is_plural: bool = False
    is_bound: bool = False
    """Whether it is the first part of a compound with a hyphen."""


@dataclass(frozen=True, slots=True)
class Text:
    """A prompt taken apart; its denied words are hidden."""

    language: str
    tokens: list[Token]
    sightings: list[Sighting]

    @property
    def is_east_asian(self) -> bool:
        """Whether it is written without spaces."""
        return self.language in EAST_ASIAN

    def first(self, slot: str) -> str:
        """What the first word that says something of this kind says; empty if none does."""
        return next((said.meanings[slot] for said in self.sightings if slot in said.meanings), "")

    def is_a(self, token: Token, kind: str) -> bool:
        """Whether a word is one of the small words of a kind, in any of its forms."""
        words = grammar(kind, self.language)
        stems = (f"{token.text[: len(token.text) - cut]}*" for cut in range(4))
        return token.text in words or any(stem in words for stem in stems)


@lru_cache(maxsize=16)
def look(text: str) -> Text:
    """Find the words that mean something to the sketch."""
    tokens = unspaced(text) if is_east_asian(text) else spaced(text)
    language = language_of(text, tokens)
    tokens = _without_denied(tokens, language)
    return Text(language, tokens, _sightings(tokens, language, kana=bool(KANA.search(text))))


def _sightings(tokens: list[Token], language: str, *, kana: bool) -> list[Sighting]:
    sightings, place = [], 0
    while place < len(tokens):
        length, found = _longest(tokens, place, language, kana=kana)
        if found:
            bound = tokens[place + length - 1].is_bound
            sightings.append(Sighting(place, place + length, found.meanings, found.is_plural, bound))
        place += length
    return sightings


def _longest(tokens: list[Token], place: int, language: str, *, kana: bool) -> tuple[int, Found | None]:
    if language in EAST_ASIAN:
        meanings = east_asian_meanings(tokens[place].text, kana=kana)
        return 1, Found(meanings) if meanings else None
    for length in range(min(LONGEST_PHRASE, len(tokens) - place), 0, -1):
        phrase = " ".join(token.text for token in tokens[place : place + length])
        if found := lexicon(language).find(phrase):
            return length, found
        if length == 1 and language != "en" and len(phrase) > 3 and (found := lexicon("en").find(phrase)):
            return 1, found  # most languages borrow from English
    return 1, None


def _without_denied(tokens: list[Token], language: str) -> list[Token]:
    """Hide what stands behind a "no" up to the next mark or small word, and before a なし."""
    before, after = grammar("not", language), grammar("not_after", language)
    small, going_on = grammar("small", language), grammar("and", language)
    kept, denies = list(tokens), False
    for place, token in enumerate(tokens):
        if token.text in before:
            denies = True
        elif token.text in after:
            _hide_before(kept, place)
        elif token.is_mark or (token.text in small and token.text not in going_on) or token.text in ("的", "但"):
            denies = False
        if denies or token.text in after:
            kept[place] = HIDDEN
    return kept


def _hide_before(tokens: list[Token], place: int) -> None:
    """Japanese denies the word before, perhaps with a particle between them."""
    for back in range(place - 1, max(-1, place - 4), -1):
        if east_asian_meanings(tokens[back].text, kana=True):
            tokens[back] = HIDDEN
            return
