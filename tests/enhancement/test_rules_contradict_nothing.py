"""A prompt that names a lighting, a lens, a style or another aspect keeps it: the rules leave that aspect out."""

import pytest

from enhancement import Template
from enhancement.enhancers.rulebook.aspects import Aspect
from enhancement.enhancers.rulebook.styles import STYLES
from enhancement.enhancers.rules import RulesEnhancer

rules = RulesEnhancer()

LEFT_OUT = {
    Aspect.LIGHT: [
        "a man in the rain at night",
        "a mountain lake at sunset",
        "a cat in candlelight",
        "a neon sign",
        "a woman at golden hour",
        "a foggy forest",
        "a backlit tree",
        "a Sunlit meadow",
        "a street with neon-lit windows",
        "a galaxy",
    ],
    Aspect.CAMERA: [
        "a close-up of a bee",
        "a wide-angle view of a canyon",
        "an aerial shot of an island",
        "a macro of a leaf",
        "a man, 35mm film",
        "a man, 35 mm",
        "a dog at f/1.4",
        "a portrait of my grandmother",
        "a bird's-eye view of a city",
        "a street with soft bokeh",
        "an isometric house",
    ],
    Aspect.PALETTE: [
        "a red car",
        "a cat in pastel colours",
        "a black-and-white photo of a street",
        "a rainbow cake",
        "a colorful parrot",
        "a monochrome portrait",
        "a golden retriever",
    ],
    Aspect.MOOD: ["a cozy cabin", "an eerie doll", "a cheerful robot", "a dramatic cliff", "a melancholic clown"],
    Aspect.BACKGROUND: [
        "a mug on a white background",
        "a mug on a wooden table",
        "a shoe in a forest",
        "an isolated lamp",
        "a dog against a brick wall",
    ],
    Aspect.COMPOSITION: [
        "a centered apple",
        "a symmetrical palace",
        "a seamless pattern of leaves",
        "a crowded market",
        "a close-up of a rose",
        "a tower with negative space to the left",
    ],
    Aspect.DETAIL: ["a simple house", "a highly detailed castle", "an intricate clock", "a blurry bus"],
    Aspect.TECHNIQUE: ["a dog with thick outlines", "a house in cel shading", "a geometric fox"],
    Aspect.EXPRESSION: ["a smiling woman", "an angry man", "a sleeping kitten", "a man in a mask"],
    Aspect.MOTION: ["a sleeping kitten", "a man sitting on a bench", "a parked car"],
    Aspect.BORDER: ["a cat with a black border", "a framed dog"],
    Aspect.MEDIUM: [
        "a watercolor of a fox",
        "an oil painting of a ship",
        "a pixel art knight",
        "a 3D render of a castle",
        "a man in the style of Van Gogh",
        "a girl in ukiyo-e style",
        "a pencil sketch of a hand",
        "paint a sunset",
    ],
}
CASES = [(aspect, prompt) for aspect, prompts in LEFT_OUT.items() for prompt in prompts]


@pytest.mark.parametrize("template", Template)
@pytest.mark.parametrize(("aspect", "prompt"), CASES)
def test_an_aspect_that_the_prompt_names_is_left_to_it(template, aspect, prompt):
    style = STYLES[template]
    phrases = style.nouns if aspect is Aspect.MEDIUM else style.traits.get(aspect, ())
    enhanced = rules.enhance(prompt, template)
    assert [phrase.text for phrase in phrases if phrase.text.casefold() in enhanced.casefold()] == []


@pytest.mark.parametrize("prompt", LEFT_OUT[Aspect.MEDIUM])
def test_another_medium_gets_no_lens_no_fur_and_no_outlines(prompt):
    for template in Template:
        enhanced = rules.enhance(prompt, template)
        assert not any(word in enhanced for word in ("lens", "lifelike", "fur", "outlines", "photograph", "halftone"))


@pytest.mark.parametrize(
    ("template", "prompt", "kept"),
    [
        (Template.PHOTOREALISTIC, "a photo of a cat", "lens"),
        (Template.STICKER, "a sticker of a cat", "outlines"),
        (Template.STICKER, "a cartoon cat", "vector sticker of a cartoon cat"),
        (Template.COMIC, "a manga panel of a man", "action lines"),
        (Template.ILLUSTRATION, "an anime girl", "illustration of an anime girl"),
    ],
)
def test_a_medium_that_fits_the_template_keeps_its_vocabulary(template, prompt, kept):
    assert kept in rules.enhance(prompt, template)


@pytest.mark.parametrize(
    ("prompt", "nonsense"),
    [
        ("a mountain lake", ["85mm", "window", "blurred background", "macro", "skin", "fur"]),
        ("a city skyline", ["85mm", "window", "blurred background", "macro", "skin", "fur"]),
        ("a lion", ["85mm", "window", "macro", "skin"]),
        ("a dog running on a beach", ["85mm", "window", "skin"]),
        ("a living room", ["85mm", "daylight", "telephoto", "skin", "fur"]),
        ("a parrot", ["fur", "skin", "window"]),
        ("a wooden chair", ["85mm", "skin", "fur", "telephoto"]),
        ("a bowl of ramen", ["skin", "fur", "telephoto", "85mm"]),
        ("a logo for a bakery", ["window", "85mm", "skin", "blurred background"]),
        ("freedom", ["85mm", "skin", "fur", "blurred background"]),
        ("a mountain bike", ["skin", "wide-angle", "85mm", "horizon"]),
        ("a catalog", ["fur", "window", "85mm"]),
    ],
)
def test_a_photograph_gets_a_lens_and_a_light_that_suit_its_subject(prompt, nonsense):
    enhanced = rules.enhance(prompt, Template.PHOTOREALISTIC)
    assert [word for word in nonsense if word in enhanced] == []


def test_a_catalog_is_no_cat_and_an_alias_no_subject():
    assert "fur" in rules.enhance("a cat", Template.PHOTOREALISTIC)
    assert "fur" not in rules.enhance("@cat", Template.PHOTOREALISTIC)


def test_a_still_scene_gets_no_action_lines():
    assert "action lines" in rules.enhance("a man with a sword", Template.COMIC)
    assert "action lines" not in rules.enhance("a mountain lake", Template.COMIC)
