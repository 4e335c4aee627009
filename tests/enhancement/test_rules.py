"""The rules enhancer: its English, and what holds for every prompt."""

import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from enhancement import Template
from enhancement.enhancers.rules import RulesEnhancer

rules = RulesEnhancer()
LOOSE_ENDS = " ,;:.–—-!?…。！？~～"
MOST_ADDED = 600

EXAMPLES = {
    ("a red sports car on a mountain road", "photorealistic"): "A photorealistic photograph of a red sports car on a"
    " mountain road, shot on a 35mm lens at f/5.6, with soft natural daylight and crisp true-to-life surfaces.",
    ("a cat", "photorealistic"): "A photorealistic photograph of a cat, shot on an 85mm lens at f/1.8, with soft light"
    " from a nearby window, finely detailed fur, and a soft unobtrusive background.",
    (
        "Draw a dragon flying over a castle.",
        "comic",
    ): "Draw a dragon flying over a castle. Make it a comic book panel with"
    " inked outlines over halftone shading, an expressive pose, sweeping action lines, and a tightly framed panel"
    " composition.",
    (
        "logo for a coffee shop",
        "minimalist",
    ): "A pared-back minimalist rendition of a logo for a coffee shop, with a few"
    " clean lines, every inessential detail left out, a palette of very few colors, and plenty of empty space around"
    " the subject.",
    ("perfume bottle on a marble table", "product"): "A commercial product photograph of a perfume bottle on a marble"
    " table, with diffused studio lighting, true-to-life materials and textures, and the product as the clear focal"
    " point.",
    ("Paris in the rain", "illustration"): "Paris in the rain, shown as a hand-drawn illustration with confident line"
    " work, a cohesive palette of complementary colors, a layered composition with real depth, and an immersive"
    " atmosphere.",
    ("cat, moon, stars, purple, dreamy", "sticker"): "A vector sticker with bold outlines, a clean white border, one"
    " instantly readable shape, and a plain background: cat, moon, stars, purple, dreamy.",
    ("a watercolor of a fox in the snow", "general"): "Create a watercolor of a fox in the snow, with rich detail, even"
    " lighting, harmonious natural colors, and a clear focal point.",
    ("ein rotes Auto auf einer Bergstraße", "photorealistic"): "A photorealistic photograph with crisp lifelike detail:"
    " ein rotes Auto auf einer Bergstraße.",
    (
        "i want a logo for my bakery",
        "sticker",
    ): "A die-cut vector sticker of a logo for my bakery, with bold outlines, a"
    " small set of solid colors, a clean white border, and one instantly readable shape.",
    ("my dog is asleep", "sticker"): "The brief: my dog is asleep. Make it a die-cut vector sticker with"
    " bold outlines, a limited palette of flat colors, a neat white border, and a compact shape that reads well at"
    " small sizes.",
}

ONE_LINE = st.text(min_size=1, max_size=400).map(lambda text: " ".join(text.split()))
WORDS = st.sampled_from(
    [
        *("a", "an", "the", "cat", "dogs", "draw", "paint", "red", "neon", "night", "portrait", "of", "in", "@logo"),
        *(
            "85mm",
            "f/2",
            "is",
            "sleeps,",
            ".",
            "!",
            "?",
            ":",
            "--",
            "Paris",
            "un",
            "猫",
            "watercolor",
            "@",
            '"',
            "style",
        ),
    ]
)
PROMPTS = st.one_of(ONE_LINE, st.lists(WORDS, min_size=1, max_size=20).map(" ".join)).filter(bool)


@pytest.mark.parametrize(("prompt", "template"), EXAMPLES)
def test_it_writes_natural_english(prompt, template):
    assert rules.enhance(prompt, Template(template)) == EXAMPLES[prompt, template]


@settings(derandomize=True, max_examples=300, deadline=None)
@example("\ud800", Template.COMIC)
@example("\0", Template.COMIC)
@example("...", Template.GENERAL)
@example(", ,", Template.STICKER)
@given(PROMPTS, st.sampled_from(Template))
def test_every_prompt_gains_words_and_keeps_its_own_in_one_paragraph(prompt, template):
    enhanced = rules.enhance(prompt, template)
    assert (prompt.rstrip(LOOSE_ENDS) or prompt) in enhanced
    assert " ".join(enhanced.split()) == enhanced
    assert len(prompt) < len(enhanced) <= len(prompt) + MOST_ADDED


@settings(derandomize=True, max_examples=100, deadline=None)
@given(PROMPTS, st.sampled_from(Template))
def test_the_answer_is_the_same_at_every_call(prompt, template):
    assert RulesEnhancer().enhance(prompt, template) == rules.enhance(prompt, template)


def test_the_answer_is_the_same_in_every_process():
    script = (
        "from enhancement.enhancers.rules import RulesEnhancer; from enhancement import Template;"
        "print([RulesEnhancer().enhance('a lighthouse keeper', template) for template in Template])"
    )

    def answers(hash_seed: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": hash_seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    assert answers("1") == answers("2") == f"{[rules.enhance('a lighthouse keeper', each) for each in Template]}\n"


def test_lines_become_one_paragraph():
    enhanced = rules.enhance("  A cozy reading nook.\r\nWarm lamp light.\n\n\tA cat. ", Template.GENERAL)
    assert enhanced.startswith("A cozy reading nook. Warm lamp light. A cat. Make it a ")


@pytest.mark.parametrize("blank", ["", "   ", "\n\t"])
def test_a_blank_prompt_stays_as_it_is(blank):
    assert rules.enhance(blank, Template.GENERAL) == blank


@pytest.mark.parametrize("template", Template)
def test_a_very_long_prompt_gains_little(template):
    prompt = ("A cat sat on a mat and looked at a bird. " * 122)[:5000].strip()
    assert len(rules.enhance(prompt, template)) <= len(prompt) + 60


def test_each_template_has_its_own_words():
    answers = {template: rules.enhance("a man with a sword", template) for template in Template}
    own_words = {
        Template.GENERAL: "image",
        Template.PHOTOREALISTIC: "lens",
        Template.ILLUSTRATION: "illustration",
        Template.MINIMALIST: "minimalist",
        Template.STICKER: "white border",
        Template.PRODUCT: "studio lighting",
        Template.COMIC: "action lines",
    }
    for template, word in own_words.items():
        assert [each for each, answer in answers.items() if word in answer] == [template]


@pytest.mark.parametrize("template", Template)
def test_aliases_survive_untouched(template):
    assert "put @night-logo_2 on the shirt of @hero" in rules.enhance(
        "put @night-logo_2 on the shirt of @hero", template
    )


def test_an_alias_names_no_aspect():
    assert "lighting" in rules.enhance("@night-lamp", Template.PRODUCT)


@pytest.mark.parametrize(
    ("prompt", "start"),
    [
        ("owl", "A photorealistic photograph of an owl, "),
        ("3d render of a castle", "Create a 3d render of a castle, "),
        ("cute cat", "A photorealistic photograph of a cute cat, "),
        ("unicorn", "A photorealistic photograph of a unicorn, "),
        ("red apples", "A photorealistic photograph of red apples, "),
        ("sushi", "A photorealistic photograph of sushi, "),
        ("children in a park", "A photorealistic photograph of children in a park, "),
        ("a cat.", "A photorealistic photograph of a cat, "),
        ("a house that is on fire", "A photorealistic photograph of a house that is on fire, "),
        ("A cat", "A cat, shown as a photorealistic photograph "),
        ("portrait of an old fisherman", "Create a portrait of an old fisherman as a photorealistic photograph "),
        ("draw a cat", "Please draw a cat. Make it a photorealistic photograph "),
        ("can you draw a cat?", "Please draw a cat. Make it a photorealistic photograph "),
        ("please generate an image of an owl", "A photorealistic photograph of an owl, "),
        ("why is a cat grumpy?", "The brief: why is a cat grumpy? Make it a photorealistic photograph "),
        ("the cat sleeps on the sofa", "The brief: the cat sleeps on the sofa. Make it a photorealistic photograph "),
        ("photo of a dog", "Create a photo of a dog, "),
    ],
)
def test_it_leads_each_form_of_prompt_on_in_its_own_way(prompt, start):
    assert rules.enhance(prompt, Template.PHOTOREALISTIC).startswith(start)


@pytest.mark.parametrize(
    "prompt", ["一只猫坐在窗台上", "кот сидит на окне", "un chat noir sur un toit", "Una playa con palmeras"]
)
def test_a_prompt_in_another_language_gets_only_what_cannot_contradict_it(prompt):
    enhanced = rules.enhance(prompt, Template.PHOTOREALISTIC)
    assert enhanced.removesuffix(".") in {
        f"A photorealistic photograph with fine true-to-life detail: {prompt}",
        f"A photorealistic photograph with crisp lifelike detail: {prompt}",
    }


def test_parameters_stay_at_the_end():
    assert rules.enhance("a cat --ar 16:9 --v 6", Template.COMIC).endswith(": a cat --ar 16:9 --v 6")
