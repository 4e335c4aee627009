"""Studio lighting, materials, lifestyle context."""

from enhancement.enhancers.rulebook.aspects import Aspect
from enhancement.enhancers.rulebook.matching import word_set
from enhancement.enhancers.rulebook.style import Style, some
from enhancement.enhancers.rulebook.subjects import BEINGS, GOODS, SCENES, Place, Subject

PRODUCT = Style(
    nouns=(
        *some("a polished product photograph", "a commercial product photograph"),
        *some("a polished commercial photograph", of=(*BEINGS, *SCENES, Subject.IDEA)),
    ),
    traits={
        Aspect.LIGHT: (
            *some("soft studio lighting", "diffused studio lighting"),
            *some("soft controlled lighting", "carefully controlled lighting", at=(Place.INDOORS,)),
            *some("clean even daylight", at=(Place.OUTDOORS,)),
        ),
        Aspect.TEXTURE: (
            *some("true-to-life materials and textures", "materials rendered with tactile clarity"),
            *some("fresh appetizing texture", of=(Subject.FOOD,)),
            *some("lifelike texture", of=(*BEINGS, Subject.PLANT)),
            *some("crisp detail in every surface", of=SCENES),
        ),
        Aspect.COMPOSITION: (
            *some("the product as the clear focal point", "an uncluttered arrangement that keeps the product in focus"),
            *some("one clear focal point", of=(*BEINGS, *SCENES, Subject.IDEA, Subject.UNKNOWN)),
        ),
        Aspect.BACKGROUND: (
            *some("an understated lifestyle setting", "a tasteful lifestyle setting", of=GOODS, at=(Place.NOWHERE,)),
        ),
    },
    finish="a refined catalog-ready finish",
    own_media=word_set(
        """product photo, product photograph, product photography, product shot, packshot, photo, photograph,
        photography"""
    ),
    fitting_media=word_set("photorealistic, hyperrealistic, photographic"),
)
