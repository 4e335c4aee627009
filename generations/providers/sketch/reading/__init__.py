"""What the sketch makes of a prompt's words, in nine languages."""

from dataclasses import replace

from .colouring import colours
from .counting import count
from .lexicon import meanings
from .motif import Motif
from .sightings import look
from .subjects import subjects

__all__ = ["Motif", "meanings", "read"]

SCENERY = ("ground", "water", "hour", "weather", "season")
LOOSE_ENDS = " ,;:.–—-"
"""What an enhancer may take from the end of the caller's words."""


def read(original_prompt: str, prompt: str = "") -> Motif:
    """Understand the caller's own words; the enhanced prompt settles the hour and the weather they leave open.

    Where the caller's words say nothing that could be drawn and the enhancer wrote others instead, as a language model
    does with a language that is not known here, those are read. What is only added to the caller's words is no subject.
    """
    own, enhanced = _motif(original_prompt), _motif(prompt)
    if own.is_blank:
        return own if _keeps(prompt, original_prompt) else enhanced
    return replace(own, hour=own.hour or enhanced.hour, weather=own.weather or enhanced.weather)


def _keeps(prompt: str, original_prompt: str) -> bool:
    return " ".join(original_prompt.split()).rstrip(LOOSE_ENDS).casefold() in " ".join(prompt.split()).casefold()


def _motif(prompt: str) -> Motif:
    text = look(prompt)
    named = subjects(text)
    first = named[0] if named else None
    colour, backdrop = colours(text, first)
    return Motif(
        **{slot: text.first(slot) for slot in SCENERY},
        subject=first.meanings["subject"] if first else "",
        companion=named[1].meanings["subject"] if len(named) > 1 else "",
        count=count(text, first) if first else 1,
        colour=colour,
        backdrop=backdrop,
    )
