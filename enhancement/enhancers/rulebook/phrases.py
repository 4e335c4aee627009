"""Noun phrases: where their head ends, and which article they lack."""

import re

from enhancement.enhancers.rulebook import grammar
from enhancement.enhancers.rulebook.matching import plain

HARD_STOP = re.compile(r"[,;:.!?()\[\]{}|]")
SOUNDS_LIKE_A_CONSONANT = re.compile(r"uni|use|usu|eu|one\b|once\b|ufo")
SOUNDS_LIKE_A_VOWEL = re.compile(r"[aeiou]|hour|honest|heir|x ray")


def head_of(text: str) -> str:
    """The words before the first preposition, participle or comma: "an old fisherman | mending nets"."""
    head: list[str] = []
    start = HARD_STOP.split(plain(text), maxsplit=1)[0].replace("black and white", "monochrome")
    for word in start.split():
        if word in grammar.STOPS or (word.endswith("ing") and _is_known_noun(head)):
            break
        head.append(word)
    return " ".join(head)


def article_for(text: str, head: str) -> str | None:
    """What the phrase lacks in front: "a ", "an " or nothing; None if the rules do not know its noun."""
    first = head.partition(" ")[0]
    if text.startswith("@") or first in grammar.DETERMINERS or first.isdigit():
        return ""
    ending = _ending(head.split())
    if any(map(grammar.COUNTED.fullmatch, ending)):
        return _indefinite(head)
    is_plural = any(map(grammar.COUNTED_OR_PLURAL.fullmatch, ending)) or any(map(grammar.UNCOUNTED.fullmatch, ending))
    return "" if is_plural else None


def names_a_view(head: str) -> bool:
    """Whether it names a view rather than a thing: "a portrait", "an aerial view"."""
    return any(map(grammar.VIEW.fullmatch, _ending(head.split())))


def _indefinite(head: str) -> str:
    is_vowel = SOUNDS_LIKE_A_VOWEL.match(head) and not SOUNDS_LIKE_A_CONSONANT.match(head)
    return "an " if is_vowel else "a "


def _is_known_noun(words: list[str]) -> bool:
    known = (grammar.COUNTED_OR_PLURAL, grammar.UNCOUNTED)
    return any(noun.fullmatch(ending) for noun in known for ending in _ending(words))


def _ending(words: list[str]) -> tuple[str, str]:
    """The last word, and the last two: nouns such as "sports car" have two."""
    return " ".join(words[-1:]), " ".join(words[-2:])
