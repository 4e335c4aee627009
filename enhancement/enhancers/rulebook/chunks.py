"""A prompt in English, cut where its punctuation, prepositions and conjunctions stand, and what it negates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from enhancement.enhancers.rulebook import grammar
from enhancement.enhancers.rulebook.phrases import HARD_STOP

LEAST_STEM = 3
"""Letters before "-less": "hairless" has no hair, and "less" itself negates nothing."""


@dataclass(frozen=True)
class Chunk:
    """A few words, and the one that leads to them: "in" + "a room"; nothing leads to a clause's first chunk."""

    lead: str
    words: Sequence[str]
    is_negated: bool = False


def chunks_of(plain_text: str) -> list[Chunk]:
    """Cut a text as ``plain`` leaves it; a negation reaches to the end of its clause, "but", or "and a …"."""
    return [chunk for clause in HARD_STOP.split(plain_text) for chunk in _chunks_of_clause(clause) if chunk.words]


def negated_words(chunks: Sequence[Chunk]) -> frozenset[str]:
    """What the prompt says is not there, in the singular: "no windows", "windowless", "crowd-free"."""
    words = {_singular(word) for chunk in chunks if chunk.is_negated for word in chunk.words}
    for chunk in chunks:
        words |= {
            stem for word in chunk.words if len(stem := word.removesuffix("less")) in range(LEAST_STEM, len(word))
        }
        words |= {_singular(word) for word, free in zip(chunk.words, chunk.words[1:], strict=False) if free == "free"}
    return frozenset(words) - grammar.DETERMINERS


def _chunks_of_clause(clause: str) -> Iterator[Chunk]:
    lead, is_negated = "", False
    words: list[str] = []
    for word in clause.split():
        is_negator, is_determiner = word in grammar.NEGATORS, word in grammar.DETERMINERS
        if not (is_negator or word in grammar.STOPS or (is_determiner and words)):
            words.append(word)
            is_negated = is_negated and not (is_determiner and lead == "and")
            continue
        yield Chunk(lead, words, is_negated)
        lead, words = ("", [word]) if is_determiner and not is_negator else (word, [])
        is_negated = is_negator or (is_negated and word != "but")
    yield Chunk(lead, words, is_negated)


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
