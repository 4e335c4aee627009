"""What the rules understand of a prompt."""

from dataclasses import dataclass

from enhancement.enhancers.rulebook.aspects import Aspect, named_aspects
from enhancement.enhancers.rulebook.forms import Form, form_of
from enhancement.enhancers.rulebook.grammar import is_english
from enhancement.enhancers.rulebook.matching import plain
from enhancement.enhancers.rulebook.media import named_media
from enhancement.enhancers.rulebook.phrases import article_for, head_of, names_a_picture
from enhancement.enhancers.rulebook.subjects import Place, Subject, place_of, subject_of

OPEN_IN_ANY_LANGUAGE = frozenset({Aspect.MEDIUM, Aspect.TECHNIQUE, Aspect.TEXTURE, Aspect.DETAIL, Aspect.FINISH})
"""What can be added to a prompt that the rules cannot read."""


@dataclass(frozen=True)
class Reading:
    """A prompt as the rules understand it."""

    text: str
    """The caller's words on one line."""
    form: Form
    article: str = ""
    """What its first word lacks: "a ", "an " or nothing."""
    aspects: frozenset[Aspect] = frozenset()
    """The aspects that it decides itself."""
    media: frozenset[str] = frozenset()
    subject: Subject = Subject.UNKNOWN
    place: Place = Place.SOMEWHERE


def read(text: str) -> Reading:
    """Read a prompt of one line; what is not understood is left alone."""
    if not is_english(text):
        return Reading(text, Form.LIST, aspects=frozenset(Aspect) - OPEN_IN_ANY_LANGUAGE)
    words = plain(text)
    head = head_of(text)
    article = article_for(text, head)
    subject = _subject(text, head, words)
    aspects = named_aspects(words)
    return Reading(
        text=text,
        form=form_of(text, head, article),
        article="" if text[0].isupper() else article or "",
        aspects=aspects,
        media=named_media(words),
        subject=subject,
        place=place_of(subject, words, names_background=Aspect.BACKGROUND in aspects),
    )


def _subject(text: str, head: str, words: str) -> Subject:
    if text.startswith("@"):
        return Subject.UNKNOWN  # the alias is the subject, and only the project knows what it shows
    if not names_a_picture(head):
        return subject_of(head, words)
    shown = subject_of("", words.removeprefix(head))
    return subject_of("", words) if shown is Subject.UNKNOWN else shown
