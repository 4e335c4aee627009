"""The aspects of a picture, and the words by which a prompt decides one itself.

A prompt that names an aspect keeps it: the rules add nothing there. The lists are generous on purpose,
because a phrase left out costs little and a phrase that contradicts the caller costs the picture.
"""

import re
from enum import StrEnum

from enhancement.enhancers.rulebook import aspect_words
from enhancement.enhancers.rulebook.matching import whole_words


class Aspect(StrEnum):
    """What a style can add something to."""

    MEDIUM = "medium"
    CAMERA = "camera"
    LIGHT = "light"
    PALETTE = "palette"
    MOOD = "mood"
    BACKGROUND = "background"
    DEPTH = "depth of field"
    COMPOSITION = "composition"
    DETAIL = "detail"
    TEXTURE = "texture"
    TECHNIQUE = "technique"
    BORDER = "border"
    EXPRESSION = "expression"
    MOTION = "motion"
    FINISH = "finish"


OF_THE_MEDIUM = frozenset({Aspect.MEDIUM, Aspect.CAMERA, Aspect.DEPTH, Aspect.TEXTURE, Aspect.TECHNIQUE, Aspect.MOTION})
"""What belongs to one medium: nothing of it fits a prompt that has chosen another."""

NAMING: dict[Aspect, re.Pattern[str]] = {
    Aspect.CAMERA: whole_words(aspect_words.CAMERA, aspect_words.FRAMING),
    Aspect.LIGHT: whole_words(aspect_words.LIGHT),
    Aspect.PALETTE: whole_words(aspect_words.PALETTE),
    Aspect.MOOD: whole_words(aspect_words.MOOD),
    Aspect.BACKGROUND: whole_words(aspect_words.BACKGROUND, plural=False),
    Aspect.DEPTH: whole_words(aspect_words.BACKGROUND, aspect_words.DEPTH, plural=False),
    Aspect.COMPOSITION: whole_words(aspect_words.COMPOSITION, aspect_words.FRAMING),
    Aspect.DETAIL: whole_words(aspect_words.DETAIL),
    Aspect.TEXTURE: whole_words(aspect_words.TEXTURE),
    Aspect.TECHNIQUE: whole_words(aspect_words.TECHNIQUE),
    Aspect.BORDER: whole_words(aspect_words.BORDER),
    Aspect.EXPRESSION: whole_words(aspect_words.EXPRESSION),
    Aspect.MOTION: whole_words(aspect_words.MOTION),
}
FIGURES = re.compile(r"\b\d+ ?mm\b|\bf/\d")
"""A focal length or an aperture, which names the camera without a word."""


def named_aspects(plain_text: str) -> frozenset[Aspect]:
    """The aspects that the prompt decides itself, its medium aside."""
    named = {aspect for aspect, words in NAMING.items() if words.search(plain_text)}
    if FIGURES.search(plain_text):
        named.add(Aspect.CAMERA)
    return frozenset(named)
