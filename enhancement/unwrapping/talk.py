"""What a polite model says before and after its answer."""

import re


def word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


INTERJECTIONS = word_set("sure certainly absolutely okay ok course great yes hello hi understood thing got")
POINTING = word_set("here here's below this")
NAMES_OF_THE_ANSWER = word_set(
    """prompt paragraph description version output answer result response translation rewrite image caption text
    assistant beschreibung descripción descrizione descrição промпт описание プロンプト 提示词 提示詞"""
)
AROUND_THEM = word_set(
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


def without_introduction(text: str, prompt: str) -> str:
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


def without_remark(text: str, prompt: str) -> str:
    """A last paragraph that speaks to the reader."""
    *before, last = BLANK_LINE.split(text)
    return "\n\n".join(before) if before and REMARK.match(last) else text


def without_rule(text: str, prompt: str) -> str:
    """The line that divides an answer from the talk around it."""
    lines = text.split("\n")
    first = 1 if RULE.fullmatch(lines[0].strip()) else 0
    last = -1 if RULE.fullmatch(lines[-1].strip()) else None
    return "\n".join(lines[first:last])
