"""A balanced enhancement that leans towards no medium."""

from enhancement.enhancers.rulebook.aspects import Aspect
from enhancement.enhancers.rulebook.style import Style, some
from enhancement.enhancers.rulebook.subjects import BEINGS, GOODS, SCENES, Subject

GENERAL = Style(
    nouns=some("a carefully crafted image", "a polished image", "a high-quality image"),
    traits={
        Aspect.DETAIL: (
            *some("rich detail", "fine detail"),
            *some("crisp legible forms", of=(Subject.LOGO,)),
        ),
        Aspect.LIGHT: some("even lighting", "soft even light", of=(*BEINGS, *GOODS, *SCENES, Subject.UNKNOWN)),
        Aspect.PALETTE: some("harmonious colors", "harmonious natural colors"),
        Aspect.COMPOSITION: (
            *some("a clear focal point", "a balanced composition with a clear focal point"),
            *some("a balanced composition with a sense of depth", of=SCENES),
        ),
    },
    finish="a polished cohesive finish",
)
