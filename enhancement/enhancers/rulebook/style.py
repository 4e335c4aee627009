"""What a style is made of: its noun and, aspect by aspect, the phrases that it can add."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from enhancement.enhancers.rulebook.aspects import OF_THE_MEDIUM, Aspect
from enhancement.enhancers.rulebook.subjects import Place, Subject

SET_SOMEWHERE = (Place.SOMEWHERE, Place.INDOORS, Place.OUTDOORS)


@dataclass(frozen=True)
class Phrase:
    """A few words, and the subjects and places that they suit; empty means all."""

    text: str
    subjects: frozenset[Subject] = frozenset()
    places: frozenset[Place] = frozenset()

    def suits(self, subject: Subject, place: Place) -> bool:
        """Whether the words make sense for this subject at this place."""
        return (not self.subjects or subject in self.subjects) and (not self.places or place in self.places)

    @property
    def is_special(self) -> bool:
        """Whether it was written for some subjects or places only."""
        return bool(self.subjects or self.places)


@dataclass(frozen=True)
class Style:
    """One of the seven templates: how the picture is called, and what can be said about it."""

    nouns: Sequence[Phrase]
    """With its article: "a comic book panel"."""
    traits: Mapping[Aspect, Sequence[Phrase]]
    """In the order in which they are read. A camera phrase is a participle, all others follow "with"."""
    finish: str
    """A trait that contradicts nothing, for when nothing else is left to add."""
    own_media: frozenset[str] = field(default_factory=frozenset)
    """Words of a prompt that already call for this style, so that its noun would be said twice."""
    fitting_media: frozenset[str] = field(default_factory=frozenset)
    """Words that name another medium which goes well with this one."""

    def excluded_by(self, media: frozenset[str]) -> frozenset[Aspect]:
        """The aspects that a prompt naming these media leaves no room for."""
        if media - self.own_media - self.fitting_media:
            return OF_THE_MEDIUM | {Aspect.LIGHT} if self.own_media else OF_THE_MEDIUM
        return frozenset({Aspect.MEDIUM}) if media & self.own_media else frozenset()


def some(*texts: str, of: Iterable[Subject] = (), at: Iterable[Place] = ()) -> tuple[Phrase, ...]:
    """Alternatives that suit the same subjects and places."""
    return tuple(Phrase(text, frozenset(of), frozenset(at)) for text in texts)
