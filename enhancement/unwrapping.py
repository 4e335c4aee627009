"""What language models wrap an answer in, and how it is taken off where that is certain.

Each layer is taken off alone, from outside to inside: reasoning, an introduction, a fence, JSON, quotes.
What is certain is what loses no word of the prompt; all else stays, and ``answers`` calls it a fault.
"""

import json
import re
from collections.abc import Callable
from typing import Any

MOST_LAYERS = 8
BLANK = " \t\r\n\u00a0\u200b\ufeff"
"""A byte order mark and a blank without width too, which are no blanks to Python."""


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


# ── What a chat template leaves behind ───────────────────────────────────────────────────────────────────────────────

REASONING = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "<reasoning>": "</reasoning>",
    "<analysis>": "</analysis>",
    "<reflection>": "</reflection>",
    "<scratchpad>": "</scratchpad>",
    "<seed:think>": "</seed:think>",
    "[THINK]": "[/THINK]",
    "◁think▷": "◁/think▷",
    "<|begin_of_thought|>": "<|end_of_thought|>",
    "<|channel>thought": "<channel|>",
    "<|channel|>analysis": "<|channel|>final<|message|>",
}
TURN_BEGINS = (
    "<|im_start|>assistant",
    "<|start_header_id|>assistant<|end_header_id|>",
    "<start_of_turn>model",
    "<|start|>assistant<|channel|>final<|message|>",
    "<|channel|>final<|message|>",
    "<|assistant|>",
)
TURN_ENDS = ("<|im_end|>", "<|eot_id|>", "<|end|>", "<|return|>", "<|endoftext|>", "<end_of_turn>", "</s>", "[/INST]")
ANSWER_TAGS = ("answer", "final_answer", "output", "result", "response", "prompt", "image_prompt", "data")


def _without_reasoning(text: str, prompt: str) -> str:
    """What follows the last end of it. Some templates begin it themselves, so that only its end is in the answer."""
    for opening, closing in REASONING.items():
        is_whole = text.startswith(opening) and closing in text
        is_begun_before = opening not in text and text.count(closing) == 1 and f"{closing}\n" in text
        if (is_whole or is_begun_before) and closing not in prompt:
            return text.rpartition(closing)[2]
    return text


def _without_turn(text: str, prompt: str) -> str:
    for token in TURN_BEGINS:
        text = text.removeprefix(token)
    for token in TURN_ENDS:
        text = text.removesuffix(token)
    return text


def _without_tag(text: str, prompt: str) -> str:
    for name in ANSWER_TAGS:
        opening, closing = f"<{name}>", f"</{name}>"
        if text.startswith(opening) and text.endswith(closing) and text.count(opening) == text.count(closing) == 1:
            return text[len(opening) : -len(closing)]
    return text


# ── What a polite model says before and after ────────────────────────────────────────────────────────────────────────


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


INTERJECTIONS = _words("sure certainly absolutely okay ok course great yes hello hi understood thing got")
POINTING = _words("here here's below this")
NAMES_OF_THE_ANSWER = _words(
    """prompt paragraph description version output answer result response translation rewrite image caption text
    assistant beschreibung descripción descrizione descrição промпт описание プロンプト 提示词 提示詞"""
)
AROUND_THEM = _words(
    """a an the your my one i i've i'll have is are as for of in it you go no problem requested rewritten revised
    refined enhanced improved detailed expanded optimized polished final english new single generated generation"""
)
ABOUT_THE_ANSWER = INTERJECTIONS | POINTING | NAMES_OF_THE_ANSWER
LONGEST_INTRODUCTION = 200
END_OF_CLAUSE = re.compile(r"[:!：！\n]|\.(?=\s)|\s[–—-]\s")
WORD = re.compile(r"[\w'-]+")
EMPHASIS = re.compile(r"([#*_]*)\s*\w")
BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
REMARK = re.compile(
    r"[\s*_(=-]*(let me know|would you like|feel free|(i )?hope (this|that)|if you('d| would| want| need| like)"
    r"|notes?\b|word count"
    r"|(this|the) ((enhanced|rewritten|revised|new|improved) )?(prompt|version|description|rewrite)\b)",
    re.IGNORECASE,
)
RULE = re.compile(r"[-*_=]{3,}")


def _without_introduction(text: str, prompt: str) -> str:
    """A first clause that speaks of nothing but the answer, or that points at "the prompt" and ends in a colon."""
    emphasis, end = EMPHASIS.match(text), END_OF_CLAUSE.search(text, 0, LONGEST_INTRODUCTION)
    if not (emphasis and end) or text[: end.start()] in prompt:
        return text
    clause = text[: end.start()].casefold().replace("’", "'").replace("_", " ")
    words = WORD.findall(clause)
    speaks_of_it = (ABOUT_THE_ANSWER | AROUND_THEM).issuperset(words) and (
        end[0] in ":：" or not ABOUT_THE_ANSWER.isdisjoint(words)
    )
    first = next((word for word in words if word not in INTERJECTIONS), "")
    points_at_it = end[0] == ":" and first in POINTING and not NAMES_OF_THE_ANSWER.isdisjoint(words)
    if not (speaks_of_it or points_at_it):
        return text
    return text[end.end() :].removeprefix(emphasis[1])


def _without_remark(text: str, prompt: str) -> str:
    """A last paragraph that speaks to the reader."""
    *before, last = BLANK_LINE.split(text)
    return "\n\n".join(before) if before and REMARK.match(last) else text


def _without_rule(text: str, prompt: str) -> str:
    """The line that divides an answer from the talk around it."""
    lines = text.split("\n")
    first = 1 if RULE.fullmatch(lines[0].strip()) else 0
    last = -1 if RULE.fullmatch(lines[-1].strip()) else None
    return "\n".join(lines[first:last])


# ── What it is set in ────────────────────────────────────────────────────────────────────────────────────────────────

FENCE = "```"
ITEM = re.compile(r"^[ \t]{0,3}(?:[-*+•]|\d{1,3}[.)])[ \t]+", re.MULTILINE)
ANSWER_KEYS = _words(
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


def _without_fence(text: str, prompt: str) -> str:
    """One block that is the whole text; the word on its first line names a language."""
    before, _, rest = text.partition(FENCE)
    inside, closing, after = rest.partition(FENCE)
    if before or after or not closing:
        return text
    language, newline, body = inside.partition("\n")
    return body if newline and len(language.split()) <= 1 else inside


def _without_item(text: str, prompt: str) -> str:
    """The sign of a list's only item; of several nobody knows which one is meant."""
    found = list(ITEM.finditer(text))
    return text[found[0].end() :] if len(found) == 1 and found[0].start() == 0 else text


def _without_citation(text: str, prompt: str) -> str:
    lines = text.split("\n")
    return "\n".join(line[1:] for line in lines) if all(line.startswith(">") for line in lines) else text


def _without_json(text: str, prompt: str) -> str:
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


def _without_quotes(text: str, prompt: str) -> str:
    """A pair around the whole: «"Hope" beside "Despair"» has none."""
    for opening, closing in PAIRS:
        quoted = text.removesuffix(".") if text.endswith(f"{closing}.") else text
        inner = quoted[len(opening) : -len(closing)]
        if quoted.startswith(opening) and quoted.endswith(closing) and inner.strip():
            spoken = APOSTROPHE.sub("", inner)
            return text if opening in spoken or closing in spoken else inner
    return text


LAYERS: tuple[Callable[[str, str], str], ...] = (
    _without_turn,
    _without_reasoning,
    _without_tag,
    _without_remark,
    _without_rule,
    _without_introduction,
    _without_fence,
    _without_citation,
    _without_item,
    _without_json,
    _without_quotes,
)
