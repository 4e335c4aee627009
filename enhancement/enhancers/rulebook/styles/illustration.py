"""Art style, composition, color palette."""

from enhancement.enhancers.rulebook.aspects import Aspect
from enhancement.enhancers.rulebook.matching import word_set
from enhancement.enhancers.rulebook.style import Style, some
from enhancement.enhancers.rulebook.subjects import BEINGS, GOODS, Subject

ILLUSTRATION = Style(
    nouns=some("a hand-drawn illustration", "a richly drawn illustration", "a finely crafted illustration"),
    traits={
        Aspect.TECHNIQUE: some(
            "confident line work",
            "expressive line work and layered brush texture",
            "clean shapes and delicate line work",
            "subtle brush texture",
        ),
        Aspect.PALETTE: some(
            "a harmonious color palette",
            "a cohesive palette of complementary colors",
            "a carefully balanced color palette",
        ),
        Aspect.COMPOSITION: (
            *some("a balanced composition", "a clear composition"),
            *some("a composition that leads the eye to the subject", of=(*BEINGS, *GOODS)),
            *some("a layered composition with real depth", of=(Subject.CITY, Subject.LANDSCAPE)),
            *some("an inviting composition with a clear sense of depth", of=(Subject.INTERIOR,)),
        ),
        Aspect.MOOD: some("an evocative atmosphere", "an immersive atmosphere"),
    },
    finish="a polished cohesive finish",
    own_media=word_set("illustration, illustrated, drawing of, drawing by, hand drawn, storybook"),
    fitting_media=word_set(
        "cartoon, anime, manga, chibi, kawaii, vector, vector art, flat design, concept art, art nouveau, art deco"
    ),
)
