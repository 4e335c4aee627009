"""What counts as an enhanced prompt, and what is nonsense."""

import re
from collections.abc import Callable

from enhancement.enhancers.base import EnhancementError
from enhancement.system_prompts import REMINDER, TASK
from enhancement.unwrapping import unwrapped
from enhancement.unwrapping.wrappers import PAIRS

MOST_ADDED_CHARACTERS = 2_000
MOST_CHARACTERS = 2_000
LONGEST_SUBJECT = 200
FEWEST_WORDS = 4


class NonsenseAnswer(EnhancementError):
    """An enhancer answered with something that is no prompt."""

    is_outage = False


def sound(answer: object, prompt: str) -> str:
    """Return the answer as one paragraph, or raise NonsenseAnswer."""
    if not isinstance(answer, str):
        raise NonsenseAnswer("not a text")
    paragraph = " ".join(answer.split())
    if not paragraph:
        raise NonsenseAnswer("empty")
    if len(paragraph) > len(prompt) + MOST_ADDED_CHARACTERS:
        raise NonsenseAnswer("too long")
    if not _is_storable(paragraph):
        raise NonsenseAnswer("contains NUL or a lone surrogate")
    return paragraph


def sound_from_a_model(answer: object, prompt: str) -> str:
    """The same for a language model, which may also wrap, chat, refuse, decorate or forget; else raise NonsenseAnswer.

    What it wraps its answer in is taken off where that is certain.
    """
    text = unwrapped(answer, prompt) if isinstance(answer, str) else answer
    paragraph = sound(text, prompt)
    for reason, is_so in FAULTS.items():
        if is_so(str(text).strip()):
            raise NonsenseAnswer(reason)
    if _repeats_its_instructions(paragraph):
        raise NonsenseAnswer("repeats its instructions")
    if paragraph.casefold() == " ".join(prompt.split()).casefold():
        raise NonsenseAnswer("repeats the prompt")
    if len(paragraph) < _length_of_subject(prompt) or len(paragraph.split()) < FEWEST_WORDS:
        raise NonsenseAnswer("shorter than what it enhances")
    if _aliases(prompt) - _aliases(paragraph):
        raise NonsenseAnswer("lost an alias")
    if _aliases(paragraph) - _aliases(prompt):
        raise NonsenseAnswer("invented an alias")
    return paragraph


# ── What a model does instead of answering ───────────────────────────────────────────────────────────────────────────

PREAMBLE = re.compile(
    r"""
    (sure|certainly|absolutely|okay|ok|of\ course|great|got\ it|no\ problem|yes|hello|hi)\b(\s*[,.!:–—]|\s+-\s)
    | (here|below|this)\s*(['’]s|\ is|\ are|\ you)\s+(go\b|a\ (rewritten|revised|refined|enhanced|improved|detailed)\b
        |an\ (enhanced|improved|english|updated)\b|the\b|your\b|my\b|one\b)
    | (i['’]ve|i\ have|i['’]ll|i\ will|let\ me|as\ (requested|an?\ ai))\b
    | ([\w-]+\s+){0,3}(prompt|paragraph|title|output|answer|result|response|description|translation)\s*:
    | [^:.\n]{0,80}\bprompts?\b[^:.\n]{0,40}:
    | (the\ user|we\ need|i\ need|we\ should|i\ should)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
AFTERTHOUGHT = re.compile(
    r"\b(let me know (if|whether|how)|would you like me|feel free to|hope (this|that) helps)\b"
    r"|(^|(?<=[.!?)\"”]\s)|\()note:",
    re.IGNORECASE,
)
REFUSAL = re.compile(
    r"""
    ((i['’]m|i\ am)\ (really\ |very\ |so\ )?(sorry|afraid|unable|not\ (able|allowed|permitted|comfortable|going))
    | (sorry|apologies|unfortunately)\b\s*[,.]
    | i\ (can\s?not|can['’]t|won['’]t|will\ not|do\ not|don['’]t|must\ (decline|refuse)|apologi[sz]e)\b)
    | .*\b(cannot|can['’]t|unable\ to|not\ able\ to|won['’]t)\ (help|assist|comply|fulfil|process|provide)\b
    | .*\b(violates?|against)\ (our|my|the)\ ([\w-]+\ ){0,3}(policy|policies|guidelines)\b
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
CANDIDATES = re.compile(
    r"""
    \n\W{0,4}(?:\w+[ ]){0,2}(?:prompt|option|version|variant|variation|alternative|negative)(?:[ ]\w+)?\W{0,3}:
    | ^\W{0,4}(?:prompt|option|version|variant|variation|alternative)[ ](?:\d+|[a-z])\W{0,3}[:.)]
    | \bnegative[ ]prompt\b
    """,
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
"""Several answers, or another one for what the picture shall not show."""
MARKDOWN = re.compile(
    r"""
    ^\s{0,3}(\#{1,6}\s|[-*+•]\s|\d+[.)]\s|>|\||={3,}|-{3,})
    | ``` | `[^`\n]+` | \*\*[^*\n]+\*\* | __[^_\n]+__ | \[[^\]\n]+\]\([^)\n]+\)
    | </?[a-z][^<>\n]*> | <\| | (?<![\w*])\*[^\s*] | [^\s*]\*(?![\w*])
    """,
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
JSON = re.compile(r"[\[{]\s*[\"'\[{]|[\[{].*[\]}]$", re.DOTALL)
TO_BE_READ = re.compile(r'"[^"\n]*"|“[^”\n]*”|«[^»\n]*»|「[^」\n]*」')
"""What stands on a sign in the picture, and is said to nobody."""
LIKE_AN_APOSTROPHE = "'‘"
SAID_TO_THE_MODEL = f"{TASK} {REMINDER}".casefold().split()
A_RUN = 8
"""Words in a row that nobody says by chance."""


def _said(find: Callable[[str], object]) -> Callable[[str], object]:
    """Find it in what the model itself says, and not in what is to be read in the picture."""
    return lambda text: find(TO_BE_READ.sub('""', text))


def _opens_a_quote(text: str) -> bool:
    """And never closes it, as an answer does that was cut off."""
    closing = [after for before, after in PAIRS if before == text[0] and before not in LIKE_AN_APOSTROPHE]
    return bool(closing) and not any(after in text[1:] for after in closing)


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[start : start + A_RUN]) for start in range(len(words) - A_RUN + 1)}


INSTRUCTIONS = _runs(SAID_TO_THE_MODEL)


def _repeats_its_instructions(paragraph: str) -> bool:
    return not INSTRUCTIONS.isdisjoint(_runs(paragraph.casefold().split()))


def _is_foreign(text: str) -> bool:
    """Most of its letters are no Latin ones."""
    letters = [character for character in text if character.isalpha()]
    return sum(character < "\u0250" for character in letters) * 2 <= len(letters)


FAULTS: dict[str, Callable[[str], object]] = {
    "in several paragraphs": re.compile(r"\n\s*\n").search,
    "longer than 2,000 characters": lambda text: len(text) > MOST_CHARACTERS,
    "a refusal": _said(REFUSAL.match),
    "in JSON": JSON.match,
    "several candidates": CANDIDATES.search,
    "with a preamble": PREAMBLE.match,
    "with a remark": _said(AFTERTHOUGHT.search),
    "with half a quote": _opens_a_quote,
    "with markdown": MARKDOWN.search,
    "not in English": _is_foreign,
}


# ── What it has to keep ──────────────────────────────────────────────────────────────────────────────────────────────

ALIAS = re.compile(r"(?<![\w@.])@\w++(?:-\w++)*+")
END_OF_CLAUSE = re.compile(r"[,;:.!?\n、。，；：！？]")


def _aliases(text: str) -> set[str]:
    """The names of other pictures, such as @logo; an e-mail address is none."""
    return set(ALIAS.findall(text))


def _length_of_subject(prompt: str) -> int:
    """Length of the first clause, in characters: an enhanced prompt must be longer."""
    return min(len(END_OF_CLAUSE.split(prompt.strip(), maxsplit=1)[0]), LONGEST_SUBJECT)


def _is_storable(text: str) -> bool:
    """PostgreSQL holds neither NUL nor lone surrogates."""
    return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text)
