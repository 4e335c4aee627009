"""What a prompt shows, and where: enough to tell an 85mm portrait lens from a wide-angle one."""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

from enhancement.enhancers.rulebook import aspect_words, grammar, nouns, places
from enhancement.enhancers.rulebook.chunks import Chunk
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
    Subject.OBJECT: whole_words(nouns.OBJECT, nouns.GOODS, nouns.COMPOUNDS),
    Subject.LOGO: whole_words(nouns.LOGO),
    Subject.INTERIOR: whole_words(nouns.INTERIOR),
    Subject.CITY: whole_words(nouns.CITY, places.NAMED_CITIES),
    Subject.LANDSCAPE: whole_words(nouns.LANDSCAPE, places.NAMED_LANDSCAPES, nouns.SKY),
    Subject.COSMOS: whole_words(nouns.COSMOS),
    Subject.IDEA: whole_words(nouns.IDEA),
}
FURRY = (Subject.PET, Subject.MAMMAL)
BEINGS = (Subject.PERSON, *FURRY, Subject.BIRD, Subject.INSECT, Subject.SEA_LIFE, Subject.CREATURE)
SCENES = (Subject.INTERIOR, Subject.CITY, Subject.LANDSCAPE, Subject.COSMOS)
GOODS = (Subject.OBJECT, Subject.FOOD, Subject.PLANT, Subject.VEHICLE)
NAMED_BY_THE_LAST_WORD = (Subject.OBJECT, Subject.FOOD, Subject.VEHICLE, Subject.LOGO, Subject.INTERIOR)
"""A chicken soup is a soup, but a lion king may be no king, and a computer mouse is no mouse."""
LONGEST_NOUN = 3
PALETTE = whole_words(aspect_words.PALETTE)
INDOORS = whole_words(places.INDOORS, nouns.INTERIOR)
OUTDOORS = whole_words(places.OUTDOORS, nouns.CITY, places.NAMED_CITIES, nouns.LANDSCAPE, places.NAMED_LANDSCAPES)
ACTIVITIES = whole_words(places.ACTIVITIES, plural=False)


def subject_of(chunks: Sequence[Chunk], plain_text: str) -> Subject:
    """What the first noun phrase is of, as far as its last word says so for certain."""
    subject = _subject_of(chunks)
    if subject in (Subject.OBJECT, Subject.LOGO, Subject.UNKNOWN):
        return subject
    is_thing = grammar.MADE.search(plain_text) or any(map(_is_of_a_material, chunks))
    return Subject.UNKNOWN if is_thing else subject


def place_of(subject: Subject, chunks: Sequence[Chunk], *, names_background: bool) -> Place:
    """Where a word says so; an outdoor word loses to an indoor one: rooms have views, streets seldom have sofas."""
    if subject not in (Subject.LOGO, Subject.IDEA):  # "a logo for a bakery" is not in the bakery
        named = {place for chunk in chunks if not chunk.is_negated for place in _places_of(chunk, subject)}
        for place in (Place.INDOORS, Place.OUTDOORS):
            if place in named:
                return place
    return Place.SOMEWHERE if names_background else Place.NOWHERE


def _subject_of(chunks: Sequence[Chunk]) -> Subject:
    if not chunks or chunks[0].is_negated:
        return Subject.UNKNOWN
    words, rest = _noun_phrase(chunks[0].words), chunks[1:]
    ending = " ".join(words[-2:]), " ".join(words[-1:])
    is_led_on = bool(rest) and rest[0].lead in grammar.SHOWING
    if any(map(grammar.PICTURE.fullmatch, ending)):
        return _subject_of(rest) if is_led_on else _kind_of(words[:-1])
    if is_led_on and rest[0].lead == "of" and any(map(grammar.CONTAINERS.fullmatch, ending)):
        return _subject_of(rest)
    kind = _kind_of(words)
    if kind is not Subject.UNKNOWN:
        return kind
    if any(map(grammar.AMOUNT.fullmatch, ending)):  # "a group of dogs", "logo design"
        return _subject_of(rest) if is_led_on else _kind_of(words[:-1])
    is_request = grammar.REQUESTING.issuperset(words) and rest and rest[0].lead in ("", "to")
    return _subject_of(rest) if is_request else Subject.UNKNOWN


def _noun_phrase(words: Sequence[str]) -> Sequence[str]:
    """Without what is said of the noun behind it: "the cat | sleeps", "an old man | smiling", "a dog | outdoors"."""
    for end in range(1, len(words)):
        word = words[end]
        is_noun = word in grammar.NOT_PARTICIPLES or _last_noun([word])
        is_participle = word.endswith(("ing", "ed", "ly")) and not is_noun
        is_said_of_it = (is_participle or word in places.ADVERBS) and _last_noun(words[:end])
        if is_said_of_it or grammar.VERBS.fullmatch(word):
            return words[:end]
    return words


def _kind_of(words: Sequence[str]) -> Subject:
    """The kind of the noun that ends the phrase, unless another noun or a material before it makes that doubtful."""
    noun = _last_noun(words)
    if noun is None:
        return Subject.UNKNOWN
    kind, before = noun[0], words[: -noun[1]]
    if kind not in (Subject.OBJECT, Subject.LOGO) and not grammar.MATERIALS.isdisjoint(before):
        return Subject.UNKNOWN
    other = None if before and PALETTE.fullmatch(before[-1]) else _last_noun(before)
    is_sure = other is None or other[0] is kind or kind in NAMED_BY_THE_LAST_WORD or {other[0], kind} <= {*SCENES}
    return kind if is_sure else Subject.UNKNOWN


def _last_noun(words: Sequence[str]) -> tuple[Subject, int] | None:
    """The kind of the longest noun at the end, and of how many words it is."""
    for length in range(min(LONGEST_NOUN, len(words)), 0, -1):
        ending = " ".join(words[-length:])
        for kind, pattern in NOUNS.items():
            if pattern.fullmatch(ending):
                return kind, length
    return None


def _is_of_a_material(chunk: Chunk) -> bool:
    """ "a cat **in bronze**", "a cat, **porcelain figurine**"."""
    is_material = chunk.lead in ("in", "of", "from") and chunk.words[-1] in grammar.MATERIALS
    return is_material or (chunk.lead in ("", "as") and bool(grammar.FIGURES.fullmatch(chunk.words[-1])))


def _places_of(chunk: Chunk, subject: Subject) -> Iterator[Place]:
    words = _noun_phrase(chunk.words)
    # A dog may be running or a running dog, but there are no running shoes in sight of a road.
    doing = " ".join(chunk.words if subject in BEINGS else chunk.words[len(words) :])
    if chunk.lead in ("", *places.PLACING):
        endings = [" ".join(words[-length:]) for length in range(1, LONGEST_NOUN + 1)]
        if any(map(INDOORS.fullmatch, endings)):
            yield Place.INDOORS
        if any(map(OUTDOORS.fullmatch, endings)):
            yield Place.OUTDOORS
    if not places.OUTSIDE.isdisjoint(chunk.words) or ACTIVITIES.search(doing):
        yield Place.OUTDOORS
    if not places.INSIDE.isdisjoint(chunk.words):
        yield Place.INDOORS
