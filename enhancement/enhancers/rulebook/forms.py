"""How a prompt is put."""

import re
from enum import StrEnum

from enhancement.enhancers.rulebook import grammar
from enhancement.enhancers.rulebook.phrases import is_depiction

ENDS_A_SENTENCE = re.compile(
    r"""[!?…。！？]["'”’)]*$|(?<!\bmt)(?<!\bst)(?<!\bdr)(?<!\bvs)(?<!\d)[.!?…]["'”’)]* \S""", re.IGNORECASE
)
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
    if is_order or _is_sentence(text):
        if not text[0].islower():
            return Form.SENTENCE
        return Form.ORDER if is_order else Form.BRIEF
    if text[0].isupper():
        return Form.TITLE
    if article is None:
        return Form.LIST
    return Form.DEPICTION if is_depiction(head) else Form.PHRASE


def _is_list(text: str) -> bool:
    """Whether it consists of tags, ends in parameters (``--ar 16:9``) or begins with a sign."""
    parts = text.split(",")
    are_short = len(parts) > 3 and sum(len(part.split()) for part in parts) <= 3 * len(parts)
    return are_short or " --" in text or not (text[0].isalnum() or text[0] in "@\"'“‘")


def _is_order(text: str) -> bool:
    first, second = (*WORD.findall(text.casefold())[:2], "", "")[:2]
    return first in grammar.IMPERATIVES and second not in ("", "of", "for", "by", "with", "in", "on")


def _is_sentence(text: str) -> bool:
    words = text.casefold().replace("’", "'")
    first = (WORD.findall(words) or [""])[0]
    return first in grammar.REQUESTS or bool(ENDS_A_SENTENCE.search(text) or grammar.VERB.search(words))
