"""Which of its languages a prompt is written in."""

from collections.abc import Iterable

from .lexicon import grammar, lexicon
from .tokens import EAST_ASIAN, KANA, Token

SPACED = ("en", "de", "fr", "es", "it", "pt", "ru")
"""Languages that write spaces; of two that fit as well the first is taken."""
LANGUAGES = (*SPACED, "ja", "zh")
ENOUGH = 60
"""So many words tell the language of a longer text."""


def is_east_asian(text: str) -> bool:
    """Whether most of the letters are Japanese or Chinese."""
    return 2 * sum(map(len, EAST_ASIAN.findall(text))) > sum(character.isalpha() for character in text)


def language_of(text: str, tokens: Iterable[Token]) -> str:
    """The language whose small words and vocabulary are seen most."""
    if is_east_asian(text):
        return "ja" if KANA.search(text) else "zh"
    words = [token.text for token in tokens if not token.is_mark][:ENOUGH]
    return max(SPACED, key=lambda language: sum(_knows(language, word) for word in words))


def _knows(language: str, word: str) -> bool:
    return word in grammar("small", language) or lexicon(language).find(word) is not None
