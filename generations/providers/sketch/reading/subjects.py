"""Which of the things that a prompt names it is about."""

from collections.abc import Sequence

from .lexicon import grammar
from .sightings import Sighting, Text
from .tokens import Token

HEAD_LAST = frozenset({"en", "de", "ja", "zh"})
"""Where two nouns stand side by side, these languages mean the second: a dog house is a house."""
PEOPLE = frozenset({"person", "woman"})
FRAMES: dict[str, frozenset[str]] = {
    "portrait": frozenset({"person"}),
    "product": frozenset(),
    "bowl": frozenset(),
    "bouquet": frozenset(),
}
"""How things are shown rather than things: a portrait of a cat is a cat, but with these it stays what it is."""


def subjects(text: Text) -> list[Sighting]:
    """The different subjects in their order, a mark before all: of "a fox logo" the logo, and the fox in it."""
    named = [said for said in text.sightings if "subject" in said.meanings]
    named = [said for said in named if not _is_only_colour(said, named) and not _is_modifier(said, named)]
    named = [said for said in named if not _is_verb(said, text)]
    named = [said for said in named if not _is_recipient(said, named, text)]
    if named and _is_head_last(text, text.tokens[named[0].end : named[-1].start]):
        named.reverse()
    different: dict[str, Sighting] = {}
    for said in named:
        if _is_head(said, named, text):
            different.setdefault(said.meanings["subject"], said)
    found = sorted(different.values(), key=lambda said: said.meanings["subject"] != "logo")
    return _without_frames(found)


def _without_frames(found: list[Sighting]) -> list[Sighting]:
    names = {said.meanings["subject"] for said in found}
    for frame, stays_with in FRAMES.items():
        if frame in names and names & stays_with:
            return [said for said in found if said.meanings["subject"] not in stays_with]
    things = [said for said in found if said.meanings["subject"] not in FRAMES]
    return things or found


def _is_head(said: Sighting, named: list[Sighting], text: Text) -> bool:
    follower = next((other.meanings["subject"] for other in named if other.start == said.end), "logo")
    return text.language not in HEAD_LAST or follower == "logo" or follower in FRAMES


def _is_verb(said: Sighting, text: Text) -> bool:
    """Whether an English noun is used as a verb: "watch the sunset", "I rose early"."""
    if text.language != "en":
        return False
    before, behind = text.tokens[: said.start][-1:], text.tokens[said.end : said.end + 1]
    return any(text.is_a(token, "doer") for token in before) or (
        not before and any(token.text in ("the", "a", "an", "me") for token in behind)
    )


def _is_recipient(said: Sighting, named: list[Sighting], text: Text) -> bool:
    """Whether it is whom the thing in front is for: of shoes for women only the shoes are seen."""
    things = [other for other in named if other.start < said.start and other.meanings["subject"] not in PEOPLE]
    before = text.tokens[: said.start][-1:]
    return said.meanings["subject"] in PEOPLE and bool(things) and any(text.is_a(word, "for") for word in before)


def _is_head_last(text: Text, between: Sequence[Token]) -> bool:
    """Whether what stands before tells of what stands behind: a horse under a tree is 木の下の馬."""
    if text.language == "zh":
        return any(token.text == "的" for token in between)
    return text.language == "ja" and any(token.text not in grammar("joiner", "ja") for token in between)


def _is_modifier(said: Sighting, named: list[Sighting]) -> bool:
    """Whether it is the first part of a compound with a hyphen: a fish-eye is no fish, but a ramen-bowl is ramen."""
    heads = {other.meanings["subject"] for other in named if other.start == said.end}
    return said.is_bound and not heads & {*FRAMES, "logo"}


def _is_only_colour(said: Sighting, named: list[Sighting]) -> bool:
    """Whether a word for a thing and a colour, like the Spanish "rosa", stands behind a thing and is its colour."""
    return "colour" in said.meanings and any(said.start == other.end for other in named)
