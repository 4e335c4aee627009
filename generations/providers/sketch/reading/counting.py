"""How many of the subject a prompt asks for."""

import re
from collections.abc import Iterable

from .lexicon import grammar, lexicon
from .sightings import Sighting, Text

A_FEW, MOST = 3, 12
PAIRS = frozenset({"shoe"})
"""What comes in twos where no number is named."""
REACH = 4
"""So many words may stand between a number and what it counts."""
OF = frozenset({"of", "de", "di", "d", "von"})
"""A pair *of* shoes: the small words that a number does reach over."""
COUNTED = re.compile(r"(\d+|\D+?)(\D)")


def count(text: Text, subject: Sighting) -> int:
    """The number that belongs to the subject; of a plural without one, a few; never more than ``MOST``."""
    few = 2 if subject.meanings["subject"] in PAIRS else A_FEW
    numbers = (number for place in _places(text, subject) if (number := _number(text, place)))
    return min(next(numbers, few if subject.is_plural else 1), MOST)


def _places(text: Text, subject: Sighting) -> Iterable[int]:
    """Where a number may stand: before the subject, or anywhere if it has a counter."""
    if text.is_east_asian:
        return range(len(text.tokens))
    places = []
    for place in range(subject.start - 1, max(-1, subject.start - 2 - REACH), -1):
        token, is_number = text.tokens[place], _number(text, place) > 0
        if token.is_mark or (token.text in grammar("small", text.language) - OF and not is_number):
            break
        places.append(place)
    return places


def _number(text: Text, place: int) -> int:
    """The number that a word is; 0 if it is none."""
    token = text.tokens[place]
    if text.is_east_asian:
        return _counted(token.text)
    if token.is_bound:
        return 0
    if token.text.isdecimal():
        return int(token.text[:3])
    return next((int(said.meanings.get("count", 0)) for said in text.sightings if said.start <= place < said.end), 0)


def _counted(word: str) -> int:
    """The number in a word like 三匹."""
    match = COUNTED.fullmatch(word)
    if not match or match[2] not in grammar("counter", "ja") | grammar("counter", "zh"):
        return 0
    if match[1].isdecimal():
        return int(match[1][:3])
    found = lexicon("ja").find(match[1]) or lexicon("zh").find(match[1])
    return int(found.meanings.get("count", 0)) if found else 0
