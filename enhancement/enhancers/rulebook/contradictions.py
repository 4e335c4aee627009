"""What a phrase takes for granted, and what in a prompt speaks against it."""

import re
from dataclasses import dataclass

from enhancement.enhancers.rulebook.matching import whole_words, word_set

WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class Contradiction:
    """Phrases with one of these words, the nouns that must not be negated, and the words that deny them at once."""

    phrases: frozenset[str]
    negated: frozenset[str]
    denied_by: re.Pattern[str]


def _says(phrases: str, *, negated: str, denied_by: str) -> Contradiction:
    return Contradiction(word_set(phrases), word_set(negated), whole_words(denied_by))


CONTRADICTIONS = (
    _says(
        "fur",
        negated="hair, fur, coat",
        denied_by="""sphynx, sphinx, peterbald, donskoy, bambino cat, elf cat, xolo, xoloitzcuintli, xoloitzcuintle,
        chinese crested, inca orchid, skinny pig, naked, bald, shaved, shorn, sheared, skeletal, zombie, robot,
        robotic, mechanical, cyborg, ghost, scaly, scaled, feathered, transparent, horse, stallion, mare, foal, pony,
        donkey, zebra, giraffe, cow, bull, buffalo, sheep, lamb, goat, llama, alpaca, camel, bat, spacesuit,
        space suit, armor, armour""",
    ),
    _says(
        "skin",
        negated="skin, face",
        denied_by="""astronaut, cosmonaut, knight, diver, spacesuit, space suit, armor, armour, armored, hazmat, mask,
    masked, costume, invisible, robot, robotic, android, cyborg, mannequin, zombie, ghost, skeleton, shadow, of pearl,
    tattooed, painted""",
    ),
    _says(
        "fabric", negated="clothes, clothing, shirt", denied_by="of pearl, naked, nude, topless, bathing, armor, armour"
    ),
    _says("feathers", negated="feather", denied_by="plucked, bald, robot, robotic, mechanical, skeletal"),
    _says(
        "expression, expressive, face",
        negated="face, head, eye, mouth, expression, emotion",
        denied_by="robot, hooded, invisible, astronaut, spacesuit, space suit",
    ),
    _says(
        "window, daylight, natural",
        negated="window, daylight, sun, sky, light",
        denied_by="""cellar, basement, bunker, dungeon, vault, elevator, tunnel, subway, metro, cave, submarine,
        spaceship, starship, space station, prison, cell, closet, wardrobe, sauna, stage, theater, theatre, cinema,
        museum, gallery, bar, pub, club, casino, aquarium, warehouse, garage, laboratory, server room, operating room,
        data center""",
    ),
    _says(
        "appetizing",
        negated="food, fruit, meal",
        denied_by="""rotten, rotting, moldy, mouldy, burnt, burned, carved, empty, dirty, spilled, half eaten, bitten,
        plastic, fake, frozen, raw, monster, evil""",
    ),
    _says("blurred, background", negated="background, blur", denied_by="everything in focus, all in focus"),
    _says("movement, motion, action", negated="movement, motion, action", denied_by="statue, still life, frozen"),
)


def is_contradicted(phrase: str, plain_text: str, negated: frozenset[str]) -> bool:
    """Whether the prompt denies what the phrase says or takes for granted."""
    words = frozenset(WORD.findall(phrase))
    if words & negated:
        return True
    return any(
        words & each.phrases and (negated & each.negated or each.denied_by.search(plain_text))
        for each in CONTRADICTIONS
    )
