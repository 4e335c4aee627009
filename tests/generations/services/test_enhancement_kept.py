"""Each row tells whose work its prompt is, how long that took, and why it is not somebody else's."""

import pytest

from enhancement import Template
from enhancement.enhancers.rules import RulesEnhancer
from generations.services import create_generation
from tests.enhancement import stand_ins


@pytest.fixture
def configured(settings):
    def configure(name: str) -> None:
        backend = f"{stand_ins.__name__}.{name}"
        settings.PROMPT_ENHANCERS = {"default": {"BACKEND": backend, "OPTIONS": {}}}

    return configure


def kept(project, **options):
    generation = create_generation(project, prompt="a red fox", **options)
    generation.refresh_from_db()
    return generation


def test_the_enhancer_and_its_time_are_kept(project, configured):
    configured("Answering")
    generation = kept(project)
    assert generation.prompt == "A far better prompt than the last one."
    assert (generation.enhancer, generation.enhancement_fallback) == ("answering", "")
    assert 0 <= generation.enhancement_ms < 1_000


def test_the_reason_for_a_fallback_is_kept(project, configured):
    configured("Down")
    generation = kept(project, template="comic")
    assert generation.prompt == RulesEnhancer().enhance("a red fox", Template.COMIC)
    assert (generation.enhancer, generation.enhancement_fallback) == ("rules", "answering: the vendor answered 503")


def test_a_prompt_that_is_not_enhanced_has_no_enhancer(project, configured):
    configured("Answering")
    generation = kept(project, auto_enhance=False)
    assert generation.prompt == "a red fox"
    assert (generation.enhancer, generation.enhancement_ms, generation.enhancement_fallback) == ("", None, "")
