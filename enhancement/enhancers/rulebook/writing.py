"""One paragraph of English from a prompt and what a style adds to it. The caller's words are never changed."""

import re
from collections.abc import Sequence

from enhancement.enhancers.rulebook.choosing import Additions
from enhancement.enhancers.rulebook.forms import Form
from enhancement.enhancers.rulebook.reading import Reading

CLOSED = re.compile(r"""[.!?…。！？]["'”’)]*$""")
LOOSE_ENDS = " ,;:.–—-"
EAST_ASIAN = "\u2e80"
"""The first of the signs that a Western full stop does not go with."""


def write(reading: Reading, additions: Additions) -> str:
    """Lead the prompt on in the way that its form asks for."""
    if reading.form is Form.LIST:
        return _before(reading.text, additions)
    if reading.form in (Form.SENTENCE, Form.ORDER, Form.BRIEF):
        return _after(reading, additions)
    return _around(reading, additions)


def _around(reading: Reading, additions: Additions) -> str:
    """A photorealistic photograph of **a red car**, shot on a 35mm lens, with clear daylight."""
    phrase = reading.article + (reading.text.rstrip(LOOSE_ENDS) or reading.text)
    if not additions.noun:
        lead = "" if reading.form is Form.TITLE else "Create "
        return f"{lead}{phrase}{_details(additions)}."
    if reading.form is Form.TITLE:
        return f"{phrase}, shown as {_described_noun(additions)}."
    if reading.form is Form.DEPICTION:
        return f"Create {phrase} as {_described_noun(additions)}."
    return f"{_capitalised(additions.noun)} of {phrase}{_details(additions)}."


def _after(reading: Reading, additions: Additions) -> str:
    """Please **draw a cat**. Make it a photorealistic photograph with soft light."""
    lead = {Form.ORDER: "Please ", Form.BRIEF: "The brief: "}.get(reading.form, "")
    addition = f"Make it {_described_noun(additions)}" if additions.noun else f"Give it {_joined(additions.traits)}"
    return f"{lead}{_closed(reading.text)} {addition}."


def _before(text: str, additions: Additions) -> str:
    """A die-cut vector sticker with bold outlines: **cat, moon, stars, purple**."""
    return f"{_capitalised(_described_noun(additions))}: {_closed(text)}"


def _described_noun(additions: Additions) -> str:
    """A photograph shot on a 35mm lens, with soft light."""
    noun = additions.noun or "an image"
    if additions.camera:
        return f"{noun} {_details(additions).removeprefix(', ')}"
    return noun + _details(additions).removeprefix(",")


def _details(additions: Additions) -> str:
    """, shot on a 35mm lens, with soft light and fine detail"""
    camera = f", {additions.camera}" if additions.camera else ""
    return camera + (f", with {_joined(additions.traits)}" if additions.traits else "")


def _joined(items: Sequence[str]) -> str:
    """A, B, and C."""
    if len(items) < 3:
        return " and ".join(items)
    return f"{', '.join(items[:-1])}, and {items[-1]}"


def _closed(text: str) -> str:
    """The text with a full stop, unless it ends a sentence itself or in something that a full stop would spoil."""
    if CLOSED.search(text) or " --" in text:
        return text
    core = text.rstrip(LOOSE_ENDS) or text
    takes_a_stop = core[-1] in "\"'”’)" or (core[-1].isalnum() and core[-1] < EAST_ASIAN)
    return f"{core}." if takes_a_stop else core


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
