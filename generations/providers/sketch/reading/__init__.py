"""What the sketch makes of a prompt's words, in nine languages."""

from dataclasses import replace

from .colouring import colours
from .counting import count
from .lexicon import grammar, meanings
from .motif import Motif
from .sightings import look
from .subjects import subjects

__all__ = ["Motif", "meanings", "read", "words_of"]

SCENERY = ("ground", "water", "hour", "weather", "season")
LOOSE_ENDS = " ,;:.–—-"
"""What an enhancer may take from the end of the caller's words."""


def read(original_prompt: str, prompt: str = "") -> Motif:
    """Understand the caller's own words; the enhanced prompt settles the hour and the weather they leave open.

    Where the caller's words say nothing that could be drawn and the enhancer wrote others instead, as a language model
    does with a language that is not known here, those are read. What is only added to the caller's words is no subject.
    """
    own, enhanced = _motif(original_prompt), _motif(prompt)
    if own.is_blank and prompt:
        return own if _keeps(prompt, original_prompt) else enhanced
    return replace(own, hour=own.hour or enhanced.hour, weather=own.weather or enhanced.weather)


def words_of(prompt: str) -> list[str]:
    """The different words of a prompt that carry its meaning; of Japanese and Chinese each sign."""
    text = look(prompt)
    small = grammar("small", text.language)
    words = [token.text for token in text.tokens if token.text.isalnum() and token.text not in small]
    return list(dict.fromkeys(words))


def _keeps(prompt: str, original_prompt: str) -> bool:
    return " ".join(original_prompt.split()).rstrip(LOOSE_ENDS).casefold() in " ".join(prompt.split()).casefold()


def _motif(prompt: str) -> Motif:
    text = look(prompt)
    named = subjects(text)[:2]
    names = [said.meanings["subject"] for said in named]
    paints, backdrop = colours(text, named)
    return Motif(
        **{slot: text.first(slot) for slot in SCENERY},
        subject=names[0] if names else "",
        colour=paints[0],
        companion=names[1] if len(names) > 1 else "",
        companion_colour=paints[1] if len(paints) > 1 else "",
        count=count(text, named[0]) if named else 1,
        backdrop=backdrop,
    )
