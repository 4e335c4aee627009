"""Words out of text, where there are spaces and where there are none."""

import re
from functools import cache
from typing import NamedTuple

from .lexicon import Meanings, grammar, lexicon, normal

WORD = re.compile(r"[^\W_]+|[-‐‑]|[^\w\s]|\n")
EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
KANA = re.compile("[\u3040-\u30ff]")
HYPHENS = frozenset("-‐‑")


class Token(NamedTuple):
    """A word or a mark; ``is_bound`` is the first part of a compound with a hyphen, whose head is the last."""

    text: str
    is_bound: bool = False

    @property
    def is_mark(self) -> bool:
        """Whether a thought may end here: a comma, a full stop, a line's end."""
        return not self.text[:1].isalnum()


def spaced(text: str) -> list[Token]:
    """Words and marks of a language that writes spaces; apostrophes part words, as in l'océan."""
    text = normal(text).replace("'", " ").replace("’", " ")
    found = [(match.group(), match.start(), match.end()) for match in WORD.finditer(text)]
    tokens = []
    for place, (word, _, end) in enumerate(found):
        if word in HYPHENS:
            continue
        follower = found[place + 1] if place + 1 < len(found) else None
        is_bound = (
            follower is not None and follower[0] in HYPHENS and text[end : end + 2].strip() == text[end : end + 2]
        )
        tokens.append(Token(word, is_bound and text[end + 1 : end + 2].isalpha()))
    return tokens


def unspaced(text: str) -> list[Token]:
    """Japanese or Chinese: at each place the longest term that is known, single signs between them."""
    text = normal(text)
    pattern = _terms("ja" if KANA.search(text) else "zh")
    return [Token(match.group()) for match in pattern.finditer(text) if not match.group().isspace()]


def east_asian_meanings(term: str, *, kana: bool) -> Meanings | None:
    """What a Japanese or Chinese term says; where the text shows kana, Japanese is asked first."""
    first, second = ("ja", "zh") if kana else ("zh", "ja")
    found = lexicon(first).find(term) or lexicon(second).find(term)
    return found.meanings if found else None


@cache
def _terms(first: str) -> re.Pattern[str]:
    second = "zh" if first == "ja" else "ja"
    terms = [*lexicon(first).terms(), *lexicon(second).terms()]
    for kind in ("small", "not", "not_after", "background", "aside"):
        terms += [*grammar(kind, first), *grammar(kind, second)]
    numbers = "|".join(_numbers())
    counters = "|".join(sorted(grammar("counter", "ja") | grammar("counter", "zh")))
    known = "|".join(map(re.escape, sorted(set(terms) - set(_numbers()), key=len, reverse=True)))
    return re.compile(rf"(?:\d+|{numbers})(?:{counters})|{known}|[a-z]+|.|\n")


def _numbers() -> list[str]:
    words = {word for language in ("ja", "zh") for word, said in lexicon(language).terms().items() if "count" in said}
    return sorted(words, key=len, reverse=True)
