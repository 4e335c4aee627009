"""enhance(): the configured enhancer's answer, and in its place the rules'."""

import time

import pytest
from structlog.testing import capture_logs

from enhancement import Enhancement, Template, enhance, untouched
from enhancement.configuration import configured_enhancer
from enhancement.enhancers.rules import RulesEnhancer
from enhancement.time_limit import MOST_CALLS, Calls

PROMPT = "a cat on a windowsill"
BETTER = "A tabby cat naps on a windowsill."
FROM_THE_RULES = RulesEnhancer().enhance(PROMPT, Template.COMIC)
FELL_BACK = {"event": "enhancement_fell_back_to_rules", "log_level": "warning"}


def enhance_and_log() -> tuple[Enhancement, list]:
    with capture_logs() as log:
        return enhance(PROMPT, "comic"), log


def told(enhancement: Enhancement) -> tuple[str, str, str]:
    """All but the time and the template, which is always the one that was asked for."""
    assert enhancement.template is Template.COMIC
    assert enhancement.duration_ms is not None
    assert 0 <= enhancement.duration_ms < 1_000
    return enhancement.prompt, enhancement.enhancer, enhancement.fallback_reason


def fell_back(answer: tuple[Enhancement, list], enhancer: str, error: str, reason: str) -> None:
    enhancement, log = answer
    assert told(enhancement) == (FROM_THE_RULES, "rules", f"{enhancer}: {reason or error}")
    assert log == [FELL_BACK | {"enhancer": enhancer, "error": error, "reason": reason}]


@pytest.fixture(autouse=True)
def fresh_calls(monkeypatch):
    """Each test has all places: those that another one's hanging calls took are not missing here."""
    monkeypatch.setattr("enhancement.services.calls", Calls(MOST_CALLS))


def test_the_rules_are_the_default():
    enhancement, log = enhance_and_log()
    assert told(enhancement) == (FROM_THE_RULES, "rules", "")
    assert log == []


@pytest.mark.parametrize("name", ["Answering", "Local"])
def test_the_configured_enhancer_answers(configure, name):
    configure(name, answer=BETTER)
    enhancement, log = enhance_and_log()
    assert told(enhancement) == (BETTER, "answering", "")
    assert log == []


def test_the_enhancer_is_given_prompt_and_template(configure):
    configure("AnsweringWithTemplate")
    assert enhance(PROMPT, "sticker").prompt == f"sticker of {PROMPT}"
    assert enhance(PROMPT, Template.COMIC).prompt == f"comic of {PROMPT}"


def test_the_lines_of_an_answer_are_joined(configure):
    configure("Answering", answer="  A tabby cat\nnaps on a windowsill. \n")
    assert told(enhance(PROMPT, "comic")) == (BETTER, "answering", "")


def test_the_time_is_told(configure):
    configure("Slow", seconds=0.05)
    assert 50 <= (enhance(PROMPT, "comic").duration_ms or 0) < 1_000


def test_an_untouched_prompt_is_nobodys():
    assert untouched(PROMPT, "comic") == Enhancement(PROMPT, "", Template.COMIC, None, "")


def test_an_unknown_template_is_refused():
    for refused in (enhance, untouched):
        with pytest.raises(ValueError, match="'oil' is not a valid Template"):
            refused(PROMPT, "oil")


@pytest.mark.parametrize(
    ("name", "enhancer", "error", "reason"),
    [
        ("Down", "answering", "EnhancementError", "the vendor answered 503"),
        ("Buggy", "answering", "RuntimeError", ""),
        ("LocalAndBuggy", "answering", "RuntimeError", ""),
        ("Unbuildable", "not built", "RuntimeError", ""),
        ("Unfinished", "not built", "TypeError", ""),
        ("Missing", "not built", "ImportError", ""),
    ],
)
def test_the_rules_take_the_place_of_an_enhancer_that_fails(configure, name, enhancer, error, reason):
    configure(name)
    fell_back(enhance_and_log(), enhancer, error, reason)


@pytest.mark.parametrize("name", ["Answering", "Local"])
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (None, "not a text"),
        (b"bytes", "not a text"),
        (["a", "list"], "not a text"),
        ("", "empty"),
        (" \n\t", "empty"),
        ("a" * (len(PROMPT) + 2001), "too long"),
        ("a\0b", "contains NUL or a lone surrogate"),
        ("a\ud800b", "contains NUL or a lone surrogate"),
    ],
)
def test_the_rules_take_the_place_of_an_enhancer_that_answers_nonsense(configure, name, answer, reason):
    configure(name, answer=answer)
    fell_back(enhance_and_log(), "answering", "NonsenseAnswer", reason)


def test_an_enhancer_from_memory_may_lengthen_a_prompt_however_long_it_is(configure):
    configure("Local", answer="a" * (len(PROMPT) + 2000))
    assert told(enhance(PROMPT, "comic")) == ("a" * (len(PROMPT) + 2000), "answering", "")


def test_the_rules_take_the_place_of_an_enhancer_that_is_slow(configure, let_go):
    configure("Hanging", timeout_s=0.05, let_go=let_go)
    started = time.monotonic()
    answer = enhance_and_log()
    assert 0.05 <= time.monotonic() - started < 10
    fell_back(answer, "answering", "TooSlow", "no answer within 0.05 s")
    assert answer[0].duration_ms is not None
    assert answer[0].duration_ms >= 50


def test_the_limit_holds_when_every_place_is_taken_by_a_call_that_hangs(configure, let_go, monkeypatch):
    monkeypatch.setattr("enhancement.services.calls", Calls(2))
    configure("Hanging", timeout_s=0.02, let_go=let_go)
    assert [enhance_and_log()[1][0]["error"] for _ in range(4)] == ["TooSlow", "TooSlow", "TooBusy", "TooBusy"]

    configure("Hanging", timeout_s=60, let_go=let_go)
    started = time.monotonic()
    assert enhance_and_log()[0].prompt == FROM_THE_RULES
    assert time.monotonic() - started < 10


def test_the_enhancer_is_built_once(configure):
    configure("Answering")
    assert configured_enhancer() is configured_enhancer()


def test_the_enhancer_changes_with_the_settings(configure):
    configure("Answering", answer=f"{BETTER} Before.")
    assert enhance(PROMPT, "comic").prompt == f"{BETTER} Before."
    configure("Answering", answer=f"{BETTER} After.")
    assert enhance(PROMPT, "comic").prompt == f"{BETTER} After."


def test_settings_without_an_enhancer_are_survived(settings):
    settings.PROMPT_ENHANCERS = {}
    fell_back(enhance_and_log(), "not built", "KeyError", "")
