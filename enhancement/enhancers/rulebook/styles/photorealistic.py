"""Photography terms, lighting, camera details."""

from enhancement.enhancers.rulebook.aspects import Aspect
from enhancement.enhancers.rulebook.matching import word_set
from enhancement.enhancers.rulebook.style import SET_SOMEWHERE, Style, some
from enhancement.enhancers.rulebook.subjects import FURRY, GOODS, Place, Subject

PHOTOREALISTIC = Style(
    nouns=some("a photorealistic photograph"),
    traits={
        Aspect.CAMERA: (
            *some("shot on a 50mm lens at f/4", "captured with a 50mm lens at f/5.6"),
            *some(
                "shot on an 85mm lens at f/1.8",
                "captured with an 85mm lens at f/2",
                of=(Subject.PERSON, Subject.PET),
                at=(Place.NOWHERE,),
            ),
            *some(
                "shot on a 35mm lens at f/2.8",
                "captured with a 50mm lens at f/2.8",
                of=(Subject.PERSON, Subject.PET),
                at=SET_SOMEWHERE,
            ),
            *some("captured with a 200mm telephoto lens at f/4", of=(Subject.MAMMAL,)),
            *some("captured with a 400mm telephoto lens at f/5.6", of=(Subject.BIRD,)),
            *some("shot on a 100mm macro lens at f/5.6", of=(Subject.INSECT,)),
            *some("shot on a 90mm lens at f/4", "captured with a 60mm lens at f/4", of=(Subject.FOOD, Subject.PLANT)),
            *some("shot on a 90mm lens at f/5.6", of=(Subject.OBJECT,), at=(Place.NOWHERE,)),
            *some("shot on a 35mm lens at f/5.6", "captured with a 50mm lens at f/4", of=(Subject.VEHICLE,)),
            *some("shot on a 24mm wide-angle lens at f/11", of=(Subject.LANDSCAPE,)),
            *some(
                "shot on a 24mm lens at f/8", "captured with a 35mm lens at f/8", of=(Subject.CITY, Subject.INTERIOR)
            ),
        ),
        Aspect.LIGHT: (
            *some("soft natural light", "gentle directional light"),
            *some("soft light from a nearby window", "natural window light", of=(Subject.PET,), at=(Place.NOWHERE,)),
            *some("soft light from a nearby window", "natural window light", at=(Place.INDOORS,)),
            *some("soft natural daylight", "clear natural daylight", at=(Place.OUTDOORS,)),
            *some(
                "soft diffused light",
                "gentle side light",
                of=(Subject.OBJECT, Subject.FOOD, Subject.PLANT),
                at=(Place.NOWHERE,),
            ),
        ),
        Aspect.TEXTURE: (
            *some("fine true-to-life detail", "crisp lifelike detail"),
            *some("lifelike texture in skin and fabric", of=(Subject.PERSON,)),
            *some("finely detailed fur", of=(Subject.PET, Subject.MAMMAL)),
            *some("finely detailed feathers", of=(Subject.BIRD,)),
            *some("crisp true-to-life surfaces", of=(Subject.VEHICLE,)),
            *some("fresh appetizing texture", of=(Subject.FOOD,)),
            *some("true-to-life materials", "tactile true-to-life surfaces", of=(Subject.OBJECT,)),
            *some("rich detail from foreground to horizon", of=(Subject.LANDSCAPE,)),
            *some("crisp architectural detail", of=(Subject.CITY,)),
            *some("believable everyday detail", of=(Subject.INTERIOR,)),
        ),
        Aspect.DEPTH: (
            *some(
                "a softly blurred background",
                "a soft unobtrusive background",
                of=(Subject.PERSON, *FURRY, Subject.BIRD, Subject.INSECT, *GOODS),
                at=(Place.NOWHERE,),
            ),
        ),
    },
    finish="a polished cohesive finish",
    own_media=word_set(
        """photo, photograph, photography, photographic, photorealistic, hyperrealistic, hyperrealism, film still,
        movie still, polaroid, selfie"""
    ),
)
