"""What language models wrap an answer in, and how it is taken off where that is certain.

Each layer is taken off alone, from outside to inside: reasoning, an introduction, a fence, JSON, quotes.
What is certain is what loses no word of the prompt; all else stays, and ``enhancement.validation`` calls it a fault.
"""

from collections.abc import Callable

from enhancement.unwrapping.chat_templates import without_reasoning, without_tag, without_turn
from enhancement.unwrapping.talk import without_introduction, without_remark, without_rule
from enhancement.unwrapping.wrappers import (
    without_citation,
    without_fence,
    without_item,
    without_json,
    without_quotes,
)

MOST_LAYERS = 8
BLANK = " \t\r\n\u00a0\u200b\ufeff"
"""A byte order mark and a blank without width too, which are no blanks to Python."""
LAYERS: tuple[Callable[[str, str], str], ...] = (
    without_turn,
    without_reasoning,
    without_tag,
    without_remark,
    without_rule,
    without_introduction,
    without_fence,
    without_citation,
    without_item,
    without_json,
    without_quotes,
)


def unwrapped(answer: str, prompt: str) -> str:
    """Return the answer without what it is wrapped in. The time is proportional to its length."""
    text = answer.strip(BLANK)
    for _ in range(MOST_LAYERS):
        inner = text
        for taken_off in LAYERS:
            inner = taken_off(inner, prompt).strip(BLANK)
        if inner == text:
            break
        text = inner
    return text
