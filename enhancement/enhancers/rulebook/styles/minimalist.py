"""Clean, simple, essential elements."""

from enhancement.enhancers.rulebook.aspects import Aspect
from enhancement.enhancers.rulebook.matching import word_set
from enhancement.enhancers.rulebook.style import Style, some
from enhancement.enhancers.rulebook.subjects import Place, Subject

MINIMALIST = Style(
    nouns=(
        *some("a minimalist graphic", "a pared-back minimalist graphic"),
        *some("a pared-back minimalist rendition", of=(Subject.LOGO,)),
    ),
    traits={
        Aspect.TECHNIQUE: some("simple geometric shapes", "smooth simple shapes", "a few clean lines"),
        Aspect.DETAIL: some("only the essential elements", "every inessential detail left out"),
        Aspect.PALETTE: some("a restrained color palette", "a palette of very few colors"),
        Aspect.COMPOSITION: some("generous negative space", "plenty of empty space around the subject"),
        Aspect.BACKGROUND: some("a plain background", "a plain uncluttered background", at=(Place.NOWHERE,)),
    },
    finish="a clean uncluttered finish",
    own_media=word_set("minimalist, minimalism, minimalistic, minimal"),
    fitting_media=word_set(
        "vector, vector art, flat design, line art, lineart, line drawing, clipart, clip art, emoji, bauhaus, abstract"
    ),
)
