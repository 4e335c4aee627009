"""enhance(): the configured enhancer's answer, and in its place the rules'."""

import time

import pytest
from structlog.testing import capture_logs

from enhancement import Template, enhance
from enhancement.configuration import configured_enhancer
from enhancement.deadline import MOST_CALLS, Calls
from enhancement.enhancers.rules import RulesEnhancer

PROMPT = "a cat on a windowsill"
FROM_THE_RULES = RulesEnhancer().enhance(PROMPT, Template.COMIC)
FELL_BACK = {"event": "enhancement_fell_back_to_rules", "log_level": "warning"}


def enhance_and_log() -> tuple[str, list]:
    with capture_logs() as log:
        return enhance(PROMPT, "comic"), log


@pytest.fixture(autouse=True)
def fresh_calls(monkeypatch):
    """Each test has all places: those that another one's hanging calls took are not missing here."""
    monkeypatch.setattr("enhancement.services.calls", Calls(MOST_CALLS))


def test_the_rules_are_the_default():
    assert enhance_and_log() == (FROM_THE_RULES, [])


def test_the_configured_enhancer_answers(configure):
    configure("Answering", answer="A far better prompt.")
    assert enhance_and_log() == ("A far better prompt.", [])


def test_a_local_enhancer_answers(configure):
    configure("Local", answer="A prompt from memory.")
    assert enhance_and_log() == ("A prompt from memory.", [])


def test_the_enhancer_is_given_prompt_and_template(configure):
    configure("AnsweringWithTemplate")
    assert enhance(PROMPT, "sticker") == f"sticker of {PROMPT}"
    assert enhance(PROMPT, Template.COMIC) == f"comic of {PROMPT}"


def test_an_answer_is_made_one_paragraph(configure):
    configure("Answering", answer="  A better\n\nprompt. \n")
    assert enhance_and_log() == ("A better prompt.", [])


def test_an_unknown_template_is_refused():
    with pytest.raises(ValueError, match="'oil' is not a valid Template"):
        enhance(PROMPT, "oil")


@pytest.mark.parametrize(
    ("name", "logged"),
    [
        ("Down", {"enhancer": "answering", "error": "EnhancementError", "reason": "the vendor answered 503"}),
        ("Buggy", {"enhancer": "answering", "error": "RuntimeError", "reason": ""}),
        ("LocalAndBuggy", {"enhancer": "answering", "error": "RuntimeError", "reason": ""}),
        ("Unbuildable", {"enhancer": "not built", "error": "RuntimeError", "reason": ""}),
        ("Unfinished", {"enhancer": "not built", "error": "TypeError", "reason": ""}),
        ("Missing", {"enhancer": "not built", "error": "ImportError", "reason": ""}),
    ],
)
def test_the_rules_take_the_place_of_an_enhancer_that_fails(configure, name, logged):
    configure(name)
    assert enhance_and_log() == (FROM_THE_RULES, [FELL_BACK | logged])


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
def test_the_rules_take_the_place_of_an_enhancer_that_answers_nonsense(configure, answer, reason):
    configure("Answering", answer=answer)
    logged = {"enhancer": "answering", "error": "NonsenseAnswer", "reason": reason}
    assert enhance_and_log() == (FROM_THE_RULES, [FELL_BACK | logged])


def test_the_longest_answer_that_is_no_nonsense(configure):
    configure("Answering", answer="a" * (len(PROMPT) + 2000))
    assert enhance_and_log() == ("a" * (len(PROMPT) + 2000), [])


def test_the_rules_take_the_place_of_an_enhancer_that_is_slow(configure, let_go):
    configure("Hanging", timeout_s=0.05, let_go=let_go)
    started = time.monotonic()
    answer, log = enhance_and_log()
    assert 0.05 <= time.monotonic() - started < 1
    logged = {"enhancer": "answering", "error": "TooSlow", "reason": "no answer within 0.05 s"}
    assert (answer, log) == (FROM_THE_RULES, [FELL_BACK | logged])


def test_the_limit_holds_when_every_place_is_taken_by_a_call_that_hangs(configure, let_go, monkeypatch):
    monkeypatch.setattr("enhancement.services.calls", Calls(2))
    configure("Hanging", timeout_s=0.02, let_go=let_go)
    assert [enhance_and_log()[1][0]["error"] for _ in range(4)] == ["TooSlow", "TooSlow", "TooBusy", "TooBusy"]

    configure("Hanging", timeout_s=60, let_go=let_go)
    started = time.monotonic()
    assert enhance_and_log()[0] == FROM_THE_RULES
    assert time.monotonic() - started < 1


def test_the_enhancer_is_built_once(configure):
    configure("Answering", answer="once")
    assert configured_enhancer() is configured_enhancer()


def test_the_enhancer_changes_with_the_settings(configure):
    configure("Answering", answer="before")
    assert enhance(PROMPT, "comic") == "before"
    configure("Answering", answer="after")
    assert enhance(PROMPT, "comic") == "after"


def test_settings_without_an_enhancer_are_survived(settings):
    settings.PROMPT_ENHANCERS = {}
    logged = {"enhancer": "not built", "error": "KeyError", "reason": ""}
    assert enhance_and_log() == (FROM_THE_RULES, [FELL_BACK | logged])
