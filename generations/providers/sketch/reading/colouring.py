"""Which colour the subject has, and which the wall behind it."""

from .sightings import Sighting, Text

NOUN_FIRST = frozenset({"fr", "es", "it", "pt"})
"""Languages that put most colours behind what has them."""


def colours(text: Text, subjects: list[Sighting]) -> tuple[list[str], str]:
    """A colour for each subject, from the words that stand nearest to it, and the backdrop's; empty if none is named.

    Without a subject the first colour is the picture's.
    """
    named = [
        said for said in text.sightings if "colour" in said.meanings and not said.is_bound and said not in subjects
    ]
    walls = [said for said in named if _is_of(said, text, "background")]
    others = [said for said in named if said not in walls and not _is_of(said, text, "aside")]
    found = [""] * max(1, len(subjects))
    for said in reversed(others):
        nearest = min(range(len(subjects)), key=lambda place: _distance(said, subjects[place], text), default=0)
        found[nearest] = said.meanings["colour"]
    return found, walls[0].meanings["colour"] if walls else ""


def _is_of(said: Sighting, text: Text, kind: str) -> bool:
    """Whether the colour stands beside a small word of this kind."""
    before = text.tokens[max(0, said.start - 1) : said.start] if text.language in NOUN_FIRST else []
    behind = text.tokens[said.end : said.end + (2 if text.is_east_asian else 1)]
    return any(text.is_a(token, kind) for token in [*before, *behind])


def _distance(said: Sighting, subject: Sighting, text: Text) -> float:
    """Words between them; on the side where the language puts colours half a word less."""
    before = said.start < subject.start
    words = subject.start - said.end if before else said.start - subject.end
    return words - (0.5 if before != (text.language in NOUN_FIRST) else 0)
