"""What the sketch makes of a prompt's words."""

import re
from dataclasses import dataclass, replace

from . import vocabulary


def _index(synonyms: dict[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, words in synonyms.items() for word in words.split()}


_SLOTS = {
    "ground": _index(vocabulary.GROUNDS),
    "water": _index(vocabulary.WATERS),
    "hour": _index(vocabulary.HOURS),
    "weather": _index(vocabulary.WEATHERS),
    "season": _index(vocabulary.SEASONS),
    "subject": _index(vocabulary.SUBJECTS),
    "colour": _index(vocabulary.COLOURS),
}


@dataclass(frozen=True, slots=True)
class Motif:
    """What a prompt asks to see; an empty string where it does not say."""

    ground: str = ""
    water: str = ""
    hour: str = ""
    weather: str = ""
    season: str = ""
    subject: str = ""
    colour: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether the prompt names nothing that could be drawn."""
        return not (self.ground or self.water or self.hour or self.weather or self.season or self.subject)


def read(original_prompt: str, prompt: str = "") -> Motif:
    """Understand the caller's own words; the enhanced prompt settles the hour and the weather they leave open.

    Where the caller's words say nothing, being abstract or in another language, the enhanced prompt is read instead.
    """
    own, enhanced = _motif(original_prompt), _motif(prompt)
    if own.is_blank:
        return enhanced
    return replace(own, hour=own.hour or enhanced.hour, weather=own.weather or enhanced.weather)


def _motif(text: str) -> Motif:
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return Motif(**{slot: _first(words, meanings) for slot, meanings in _SLOTS.items()})


def _first(words: list[str], meanings: dict[str, str]) -> str:
    return next((meaning for word in words if (meaning := _meaning(word, meanings))), "")


def _meaning(word: str, meanings: dict[str, str]) -> str:
    return meanings.get(word) or meanings.get(word.removesuffix("s"), "") or meanings.get(word.removesuffix("es"), "")
