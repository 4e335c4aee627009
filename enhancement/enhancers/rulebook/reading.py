"""What the rules understand of a prompt."""

from dataclasses import dataclass

from enhancement.enhancers.rulebook import abroad
from enhancement.enhancers.rulebook.asking import without_request
from enhancement.enhancers.rulebook.aspects import Aspect, named_aspects
from enhancement.enhancers.rulebook.chunks import chunks_of, negated_words
from enhancement.enhancers.rulebook.forms import Form, form_of
from enhancement.enhancers.rulebook.languages import has_little_words, is_english
from enhancement.enhancers.rulebook.matching import plain
from enhancement.enhancers.rulebook.media import named_media
from enhancement.enhancers.rulebook.phrases import article_for, head_of
from enhancement.enhancers.rulebook.subjects import Place, Subject, place_of, subject_of


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
    plain_text: str = ""
    """Its words as they can be compared; empty where they cannot be read."""
    negated: frozenset[str] = frozenset()
    """What it says is not there."""


def read(text: str) -> Reading:
    """Read a prompt of one line; what is not understood is left alone."""
    can_be_read = is_english(text) and (has_little_words(text) or not _names_a_medium_abroad_only(text))
    text = without_request(text, is_english=can_be_read)
    if not can_be_read:
        return Reading(text, Form.LIST, aspects=abroad.closed_aspects(text), media=_media_abroad(text))
    words = plain(text)
    head = head_of(text)
    article = article_for(text, head)
    chunks = chunks_of(words)
    # Behind an alias stands a picture that only the project knows.
    subject = Subject.UNKNOWN if text.startswith("@") else subject_of(chunks, words)
    aspects = named_aspects(words)
    return Reading(
        text=text,
        form=form_of(text, head, article),
        article="" if text[0].isupper() else article or "",
        aspects=aspects,
        media=named_media(words),
        subject=subject,
        place=place_of(subject, chunks, names_background=Aspect.BACKGROUND in aspects),
        plain_text=words,
        negated=negated_words(chunks),
    )


def _names_a_medium_abroad_only(text: str) -> bool:
    """ "robot minimaliste": a word that is known in English proves less than a medium that is not."""
    return bool(abroad.named_media(text)) and not named_media(plain(text))


def _media_abroad(text: str) -> frozenset[str]:
    """English words for media are understood everywhere."""
    return abroad.named_media(text) | named_media(plain(text))
