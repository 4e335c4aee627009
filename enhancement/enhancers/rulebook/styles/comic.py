"""Action lines, expressions, panel composition."""

from enhancement.enhancers.rulebook.aspects import Aspect
from enhancement.enhancers.rulebook.matching import word_set
from enhancement.enhancers.rulebook.style import Style, some
from enhancement.enhancers.rulebook.subjects import FURRY, SCENES, Subject

MOVING = (Subject.PERSON, *FURRY, Subject.BIRD, Subject.CREATURE)

COMIC = Style(
    nouns=some("a comic book panel", "a comic panel"),
    traits={
        Aspect.TECHNIQUE: some("bold ink outlines", "confident inking", "inked outlines over halftone shading"),
        Aspect.EXPRESSION: (
            *some("a vivid expression", "an expressive face", of=(Subject.PERSON, *FURRY)),
            *some("an expressive pose", of=(Subject.BIRD, Subject.CREATURE)),
        ),
        Aspect.MOTION: (
            *some("action lines that carry the movement", "sweeping action lines", of=MOVING),
            *some("speed lines that suggest motion", of=(Subject.VEHICLE,)),
            *some("a few action lines for emphasis", of=(Subject.OBJECT, Subject.FOOD)),
        ),
        Aspect.COMPOSITION: (
            *some("a dynamic panel composition", "a tightly framed panel composition"),
            *some("a wide panel composition that sets the scene", of=SCENES),
        ),
        Aspect.PALETTE: some("bold saturated colors", "punchy solid colors"),
    },
    finish="a cohesive print-ready finish",
    own_media=word_set("comic, comic book, comic strip, comic panel, manga, graphic novel, webtoon"),
    fitting_media=word_set(
        "cartoon, anime, pop art, illustration, illustrated, hand drawn, drawing of, pen and ink, ink drawing"
    ),
)
