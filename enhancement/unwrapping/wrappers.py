"""What an answer is set in: a fence, a list, JSON, quotes."""

import json
import re
from typing import Any

from enhancement.unwrapping.talk import word_set

FENCE = "```"
ITEM = re.compile(r"^[ \t]{0,3}(?:[-*+•]|\d{1,3}[.)])[ \t]+", re.MULTILINE)
ANSWER_KEYS = word_set(
    """prompt imageprompt enhancedprompt improvedprompt rewrittenprompt revisedprompt refinedprompt finalprompt
    newprompt positiveprompt output result answer response text description paragraph caption"""
)
BARE_PAIR = re.compile(r'"\w{1,40}"\s*:')
TRAILING_COMMA = re.compile(r",\s*\}$")
PAIRS = (
    *(("**", "**"), ("__", "__"), ("*", "*"), ("_", "_"), ("`", "`")),
    *(('"', '"'), ("'", "'"), ("“", "”"), ("‘", "’"), ("”", "”"), ("„", "“"), ("„", "”"), ("‚", "‘")),
    *(("«", "»"), ("»", "«"), ("‹", "›"), ("›", "‹"), ("「", "」"), ("『", "』"), ("《", "》"), ("(", ")")),
)
APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")


def without_fence(text: str, prompt: str) -> str:
    """One block that is the whole text; the word on its first line names a language."""
    before, _, rest = text.partition(FENCE)
    inside, closing, after = rest.partition(FENCE)
    if before or after or not closing:
        return text
    language, newline, body = inside.partition("\n")
    return body if newline and len(language.split()) <= 1 else inside


def without_item(text: str, prompt: str) -> str:
    """The sign of a list's only item; of several nobody knows which one is meant."""
    found = list(ITEM.finditer(text))
    return text[found[0].end() :] if len(found) == 1 and found[0].start() == 0 else text


def without_citation(text: str, prompt: str) -> str:
    lines = text.split("\n")
    return "\n".join(line[1:] for line in lines) if all(line.startswith(">") for line in lines) else text


def without_json(text: str, prompt: str) -> str:
    if text[:1] not in ("{", "[", '"'):
        return text
    try:
        found = _texts_of(_parsed(text))
    except (ValueError, RecursionError):
        return text
    new = [each for each in found if each.strip() != prompt.strip()] or found
    return new[0] if len(new) == 1 else text


def _parsed(text: str) -> Any:
    """JSON, also with a comma too many at its end or without its outer braces."""
    text = TRAILING_COMMA.sub("}", text)
    return json.loads(f"{{{text}}}" if BARE_PAIR.match(text) else text)


def _texts_of(document: Any) -> list[str]:
    match document:
        case str(text):
            return [text]
        case [only]:
            return _texts_of(only)
        case dict(pairs):
            named = [value for key, value in pairs.items() if re.sub(r"[\W_]", "", key).casefold() in ANSWER_KEYS]
            return [text for value in named for text in _texts_of(value)]
    return []


def without_quotes(text: str, prompt: str) -> str:
    """A pair around the whole: «"Hope" beside "Despair"» has none."""
    for opening, closing in PAIRS:
        quoted = text.removesuffix(".") if text.endswith(f"{closing}.") else text
        inner = quoted[len(opening) : -len(closing)]
        if quoted.startswith(opening) and quoted.endswith(closing) and inner.strip():
            spoken = APOSTROPHE.sub("", inner)
            return text if opening in spoken or closing in spoken else inner
    return text
