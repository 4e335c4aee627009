"""Bold outlines, limited colors, vector style."""

from enhancement.enhancers.rulebook.aspects import Aspect
from enhancement.enhancers.rulebook.matching import word_set
from enhancement.enhancers.rulebook.style import Style, some
from enhancement.enhancers.rulebook.subjects import Place

STICKER = Style(
    nouns=some("a die-cut vector sticker", "a vector sticker"),
    traits={
        Aspect.TECHNIQUE: some("bold outlines", "thick even outlines", "bold outlines around simple flat shapes"),
        Aspect.PALETTE: some("a limited palette of flat colors", "a small set of solid colors"),
        Aspect.BORDER: some("a clean white border", "a neat white border"),
        Aspect.COMPOSITION: some("one instantly readable shape", "a compact shape that reads well at small sizes"),
        Aspect.BACKGROUND: some("a plain background", at=(Place.NOWHERE,)),
    },
    finish="a crisp print-ready finish",
    own_media=word_set("sticker, decal"),
    fitting_media=word_set(
        """cartoon, vector, vector art, flat design, emoji, kawaii, chibi, clipart, clip art, anime, pop art,
        hand drawn, doodle"""
    ),
)
