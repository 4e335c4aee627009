"""A wrong enhancer is reported when the product starts."""

import math

import pytest
from django.core.checks import run_checks

from enhancement.enhancers.rules import RulesEnhancer

STAND_INS = "tests.enhancement.stand_ins"


def reported() -> list[tuple[str | None, str]]:
    return [(error.id, error.msg) for error in run_checks(tags=["enhancement"])]


def test_the_default_is_right():
    assert reported() == []


def test_the_rules_have_no_problems():
    assert RulesEnhancer().problems() == []


@pytest.mark.parametrize("value", [None, {}, [], {"other": {}}])
def test_a_setting_without_a_default_is_reported(settings, value):
    settings.PROMPT_ENHANCERS = value
    assert reported() == [("enhancement.E001", "PROMPT_ENHANCERS has no 'default'.")]


@pytest.mark.parametrize("value", [None, "rules", {}, {"BACKEND": RulesEnhancer}])
def test_an_enhancer_without_a_dotted_path_is_reported(settings, value):
    settings.PROMPT_ENHANCERS = {"default": value}
    assert reported() == [("enhancement.E001", "PROMPT_ENHANCERS['default'] names no BACKEND.")]


def test_a_backend_that_cannot_be_imported_is_reported(configure):
    configure("Missing")
    reason = f'Module "{STAND_INS}" does not define a "Missing" attribute/class'
    message = f"PROMPT_ENHANCERS['default']: cannot import '{STAND_INS}.Missing': {reason}"
    assert reported() == [("enhancement.E002", message)]


@pytest.mark.parametrize("name", ["NoEnhancer", "STRANGER"])
def test_a_backend_that_is_no_enhancer_is_reported(configure, name):
    configure(name)
    assert reported() == [
        ("enhancement.E003", f"PROMPT_ENHANCERS['default']: '{STAND_INS}.{name}' is not a PromptEnhancer.")
    ]


@pytest.mark.parametrize(
    ("name", "options", "reason"),
    [
        ("Answering", {"model": "x"}, "TypeError: Answering.__init__() got an unexpected keyword argument 'model'"),
        ("Unbuildable", {}, "RuntimeError: no such model"),
    ],
)
def test_options_that_are_not_accepted_are_reported(configure, name, options, reason):
    configure(name, **options)
    message = f"PROMPT_ENHANCERS['default']: '{STAND_INS}.{name}' does not accept its OPTIONS: {reason}"
    assert reported() == [("enhancement.E004", message)]


def test_every_problem_of_an_enhancer_is_reported(configure):
    configure("Troubled")
    assert reported() == [
        ("enhancement.E005", "PROMPT_ENHANCERS['default']: no API key: set VENDOR_API_KEY"),
        ("enhancement.E005", "PROMPT_ENHANCERS['default']: no region: set VENDOR_REGION"),
    ]


def test_every_alias_is_checked(settings):
    rules = settings.PROMPT_ENHANCERS["default"]
    settings.PROMPT_ENHANCERS = {"default": rules, "spare": {"BACKEND": f"{STAND_INS}.NoEnhancer"}}
    assert reported() == [
        ("enhancement.E003", f"PROMPT_ENHANCERS['spare']: '{STAND_INS}.NoEnhancer' is not a PromptEnhancer.")
    ]


@pytest.mark.parametrize("seconds", [0, -1, math.inf, math.nan, None, "5", True])
def test_a_time_limit_that_is_no_positive_number_is_reported(settings, seconds):
    settings.ENHANCEMENT_TIMEOUT_S = seconds
    assert reported() == [("enhancement.E006", "ENHANCEMENT_TIMEOUT_S is not a positive number of seconds.")]


@pytest.mark.parametrize("name", ["Missing", "NoEnhancer", "Unbuildable", "Troubled"])
def test_every_error_comes_with_a_hint(configure, name):
    configure(name, timeout_s=0)
    assert all(error.hint for error in run_checks(tags=["enhancement"]))
