"""What a style adds to a prompt: one phrase for each aspect that the prompt leaves open."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from enhancement.enhancers.rulebook.aspects import Aspect
from enhancement.enhancers.rulebook.contradictions import is_contradicted
from enhancement.enhancers.rulebook.reading import Reading
from enhancement.enhancers.rulebook.style import Phrase, Style

MOST_TRAITS = 4
LONG = 250
"""Characters from which a prompt has said most things itself, and gets two traits."""
VERY_LONG = 600
"""Characters from which it gets the style's noun, or a single trait, and no more."""


@dataclass(frozen=True)
class Additions:
    """The words that a style adds."""

    noun: str
    """With its article; empty if the prompt names its own medium."""
    camera: str
    traits: tuple[str, ...]


def choose_additions(reading: Reading, style: Style) -> Additions:
    """Choose for each open aspect, the same at every call."""
    taken = reading.aspects | style.excluded_by(reading.media)
    noun = "" if Aspect.MEDIUM in taken else _choose(Aspect.MEDIUM, style.nouns, reading)
    open_traits = {aspect: phrases for aspect, phrases in style.traits.items() if aspect not in taken}
    chosen = {aspect: _choose(aspect, phrases, reading) for aspect, phrases in open_traits.items()}
    is_brief = len(reading.text) < VERY_LONG
    camera = chosen.pop(Aspect.CAMERA, "") if is_brief else ""
    traits = tuple(filter(None, chosen.values()))[: _room_for_traits(reading.text)]
    if not traits and not noun:
        traits = (style.finish,)
    return Additions(noun, camera, traits)


def _room_for_traits(text: str) -> int:
    if len(text) >= VERY_LONG:
        return 0
    return 2 if len(text) >= LONG else MOST_TRAITS


def _choose(aspect: Aspect, phrases: Sequence[Phrase], reading: Reading) -> str:
    """One of the phrases that suit; those written for this subject or place go first."""
    suitable = [
        phrase
        for phrase in phrases
        if phrase.suits(reading.subject, reading.place)
        and not is_contradicted(phrase.text, reading.plain_text, reading.negated)
    ]
    candidates = [phrase for phrase in suitable if phrase.is_special] or suitable
    if not candidates:
        return ""
    # SHA-256 and not hash(), which differs from process to process.
    digest = sha256(f"{aspect}:{reading.text}".encode("utf-8", "surrogatepass")).digest()
    return candidates[int.from_bytes(digest[:4]) % len(candidates)].text
