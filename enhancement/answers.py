"""What counts as an enhanced prompt, and what is nonsense."""

from enhancement.enhancers.base import EnhancementError

MOST_ADDED_CHARACTERS = 2_000


class NonsenseAnswer(EnhancementError):
    """An enhancer answered with something that is no prompt."""


def sound(answer: object, prompt: str) -> str:
    """Return the answer as one paragraph, or raise NonsenseAnswer."""
    if not isinstance(answer, str):
        raise NonsenseAnswer("not a text")
    paragraph = " ".join(answer.split())
    if not paragraph:
        raise NonsenseAnswer("empty")
    if len(paragraph) > len(prompt) + MOST_ADDED_CHARACTERS:
        raise NonsenseAnswer("too long")
    if not _is_storable(paragraph):
        raise NonsenseAnswer("contains NUL or a lone surrogate")
    return paragraph


def _is_storable(text: str) -> bool:
    """PostgreSQL holds neither NUL nor lone surrogates."""
    return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text)
