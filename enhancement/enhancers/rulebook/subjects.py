"""What a prompt shows, and where: enough to tell an 85mm portrait lens from a wide-angle one."""

import re
from enum import StrEnum

from enhancement.enhancers.rulebook import nouns, places
from enhancement.enhancers.rulebook.matching import whole_words


class Subject(StrEnum):
    """What the picture is of."""

    PERSON = "person"
    PET = "pet"
    MAMMAL = "mammal"
    BIRD = "bird"
    INSECT = "insect"
    SEA_LIFE = "sea life"
    CREATURE = "creature"
    VEHICLE = "vehicle"
    FOOD = "food"
    PLANT = "plant"
    OBJECT = "object"
    LOGO = "logo"
    INTERIOR = "interior"
    CITY = "city"
    LANDSCAPE = "landscape"
    COSMOS = "cosmos"
    IDEA = "idea"
    UNKNOWN = "unknown"


class Place(StrEnum):
    """Where it is."""

    NOWHERE = "nowhere"
    SOMEWHERE = "somewhere"
    INDOORS = "indoors"
    OUTDOORS = "outdoors"


NOUNS: dict[Subject, re.Pattern[str]] = {
    Subject.PERSON: whole_words(nouns.PERSON, nouns.PEOPLE),
    Subject.PET: whole_words(nouns.PET),
    Subject.MAMMAL: whole_words(nouns.MAMMAL),
    Subject.BIRD: whole_words(nouns.BIRD),
    Subject.INSECT: whole_words(nouns.INSECT),
    Subject.SEA_LIFE: whole_words(nouns.SEA_LIFE),
    Subject.CREATURE: whole_words(nouns.CREATURE),
    Subject.VEHICLE: whole_words(nouns.VEHICLE),
    Subject.FOOD: whole_words(nouns.DISH, nouns.INGREDIENT),
    Subject.PLANT: whole_words(nouns.PLANT),
    Subject.OBJECT: whole_words(nouns.OBJECT, nouns.GOODS),
    Subject.LOGO: whole_words(nouns.LOGO),
    Subject.INTERIOR: whole_words(nouns.INTERIOR),
    Subject.CITY: whole_words(nouns.CITY, places.NAMED_CITIES),
    Subject.LANDSCAPE: whole_words(nouns.LANDSCAPE, places.NAMED_LANDSCAPES, nouns.SKY),
    Subject.COSMOS: whole_words(nouns.COSMOS),
    Subject.IDEA: whole_words(nouns.IDEA),
}
INDOORS = whole_words(places.INDOORS, nouns.INTERIOR)
OUTDOORS = whole_words(places.OUTDOORS, nouns.CITY, places.NAMED_CITIES, nouns.LANDSCAPE, places.NAMED_LANDSCAPES)


def subject_of(head: str, plain_text: str) -> Subject:
    """The last noun of the head ("a **dog** on a mountain", "mountain **bike**"), else the first noun of the text."""
    in_head = [(match.end(), len(match.group()), kind) for kind, match in _found(head)]
    if in_head:
        return max(in_head)[2]
    anywhere = [(match.start(), -len(match.group()), kind) for kind, match in _found(plain_text)]
    return min(anywhere)[2] if anywhere else Subject.UNKNOWN


def place_of(subject: Subject, plain_text: str, *, names_background: bool) -> Place:
    """Where a word says so; an outdoor word loses to an indoor one: rooms have views, streets seldom have sofas."""
    is_placed = subject not in (Subject.LOGO, Subject.IDEA)  # "a logo for a bakery" is not in the bakery
    if is_placed and INDOORS.search(plain_text):
        return Place.INDOORS
    if is_placed and OUTDOORS.search(plain_text):
        return Place.OUTDOORS
    return Place.SOMEWHERE if names_background else Place.NOWHERE


def _found(text: str) -> list[tuple[Subject, re.Match[str]]]:
    return [(subject, match) for subject, pattern in NOUNS.items() for match in pattern.finditer(text)]
