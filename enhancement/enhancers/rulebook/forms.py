"""How a prompt is put."""

import re
from enum import StrEnum

from enhancement.enhancers.rulebook import grammar
from enhancement.enhancers.rulebook.phrases import names_a_view

ENDS_A_SENTENCE = re.compile(
    r"""[!?…。！？]["'”’)]*$|(?<!\bmt)(?<!\bst)(?<!\bdr)(?<!\bvs)(?<!\d)[.!?…]["'”’)]* \S""", re.IGNORECASE
)
LABEL = re.compile(r"(?:[\w'-]+ ){0,2}[\w'-]+: \S")
"""At the start, a heading: "Subject: a fox"."""
WORD = re.compile(r"[\w'@-]+")


class Form(StrEnum):
    """How a prompt is put, which decides how it can be led on."""

    PHRASE = "a red car on a road"
    DEPICTION = "a portrait of an old man"
    TITLE = "Paris in the rain"
    SENTENCE = "The cat sleeps. It dreams of birds."
    ORDER = "draw a cat"
    BRIEF = "i want a logo for my bakery"
    LIST = "cat, moon, stars, purple"
    """Also whatever the rules cannot read."""


def form_of(text: str, head: str, article: str | None) -> Form:
    """Tell the form of a prompt in English from its first words, its verbs and its punctuation."""
    if _is_list(text):
        return Form.LIST
    is_order = _is_order(text)
    if is_order or is_sentence(text):
        if not text[0].islower():
            return Form.SENTENCE
        return Form.ORDER if is_order else Form.BRIEF
    if text[0].isupper():
        return Form.TITLE
    if article is None:
        return Form.LIST
    return Form.DEPICTION if names_a_view(head) else Form.PHRASE


def _is_list(text: str) -> bool:
    """Whether it consists of tags, ends in parameters (``--ar 16:9``) or begins with a sign."""
    lengths = [len(part.split()) for part in text.split(",")]
    are_tags = len(lengths) > 3 and sum(lengths) <= 3 * len(lengths)
    first = text.split(maxsplit=1)[0].casefold()
    are_names = len(lengths) > 1 and max(lengths) <= 2 and first not in grammar.DETERMINERS
    return are_tags or are_names or " --" in text or not (text[0].isalnum() or text[0] in "@\"'“‘")


def _is_order(text: str) -> bool:
    first, second = (*WORD.findall(text.casefold())[:2], "", "")[:2]
    return first in grammar.IMPERATIVES and second not in ("", "of", "for", "by", "with", "in", "on")


def is_sentence(text: str) -> bool:
    """Whether it has a finite verb, an end within, a heading, or speaks to somebody."""
    words = text.casefold().replace("’", "'")
    first = (WORD.findall(words) or [""])[0]
    if first in grammar.REQUESTS or LABEL.match(text):
        return True
    return bool(ENDS_A_SENTENCE.search(text) or grammar.VERB.search(words))
