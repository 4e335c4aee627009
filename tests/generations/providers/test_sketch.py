"""The sketch provider, from a request to the bytes of a PNG file."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageChops

from generations.providers.base import ImageRequest
from generations.providers.sketch import SketchProvider

from .sketching import mean_of, opened, sketch

ROOT = Path(__file__).parents[3]
PROMPT = "a lighthouse by the sea at sunset"
IN_ANOTHER_PROCESS = f"""
import hashlib
from generations.providers.base import ImageRequest
from generations.providers.sketch import SketchProvider
request = ImageRequest({PROMPT!r}, {PROMPT!r}, "1:1", 256, 256)
print(hashlib.sha256(SketchProvider().generate(request).content).hexdigest())
"""
WORDS = ["cat", "city", "sea", "snow", "night", "rose", "rocket", "red", "fog", "rain", "aurora", "desert", "space"]
ODD_TEXTS = [
    "",
    "\x00",
    "   \n\t\r\n  ",
    "🦊🌈👩‍👩‍👧‍👦 🇬🇧",
    "مرحبا بالعالم",
    "שלום \u202eolleh\u202c",
    "закат над морем",
    "夕焼けの海と富士山",
    "Z̸̢̛͉a̴l̵g̷o̶",
    "\ud800 a lone surrogate",
    "word " * 1000,
    "w" * 5000,
    "𝔣𝔞𝔫𝔠𝔶 \ufdfa \u200b\ufeff\uffff",
]


@pytest.mark.parametrize("size", [(1024, 1024), (1792, 1024), (1024, 1792), (1536, 1024), (2016, 864)])
def test_each_size_of_the_contract_is_a_png_of_exactly_that_size(size):
    content = sketch(PROMPT, size)

    picture = opened(content)
    assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", size)
    assert len(content) < 3_000_000


def test_the_result_names_the_sketch_as_its_model():
    result = SketchProvider().generate(ImageRequest(PROMPT, PROMPT, "1:1", 64, 64))

    assert (SketchProvider.name, result.model) == ("sketch", "sketch")


def test_the_same_prompt_and_size_make_the_same_bytes():
    assert sketch(PROMPT) == sketch(PROMPT)


def test_another_process_with_another_hash_seed_makes_the_same_bytes():
    answer = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "271828", "DJANGO_SETTINGS_MODULE": "no.such.settings"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert answer.stdout.strip() == hashlib.sha256(sketch(PROMPT)).hexdigest()


def test_another_prompt_makes_another_composition_of_the_same_scene():
    first, second = (opened(sketch(prompt)) for prompt in ("mountains at night", "mountains by night"))

    upper_half = (0, 0, 256, 128)
    assert ImageChops.difference(first.crop(upper_half), second.crop(upper_half)).getbbox() is not None


def test_night_is_darker_than_noon():
    assert sum(mean_of(sketch("hills at night"))) < 0.4 * sum(mean_of(sketch("hills at noon")))


def test_a_sunset_is_red_where_a_noon_is_blue():
    red, _, blue = mean_of(sketch("hills at sunset"))
    noon_red, _, noon_blue = mean_of(sketch("hills at noon"))

    assert red > blue
    assert noon_blue > noon_red


def test_the_ocean_at_noon_is_blue_where_a_desert_is_orange():
    red, _, blue = mean_of(sketch("the ocean at noon"), rows=(150, 200))
    desert_red, _, desert_blue = mean_of(sketch("a desert at noon"), rows=(150, 200))

    assert blue > red
    assert desert_red > desert_blue


def test_a_subject_takes_the_colour_that_the_prompt_names():
    assert _red_share(sketch("a red car on a road at noon")) > 0.01
    assert _red_share(sketch("a green car on a road at noon")) < 0.001


def _red_share(content: bytes) -> float:
    """The share of pixels in which red stands far above green and blue."""
    pixels = np.asarray(opened(content)).astype(int)
    return float((pixels[..., 0] > pixels[..., 1:].max(axis=-1) + 80).mean())


@pytest.mark.parametrize("text", ODD_TEXTS, ids=ascii)
@pytest.mark.parametrize("size", [(64, 64), (200, 90), (90, 200)])
def test_odd_text_is_drawn_like_any_other(text, size):
    assert opened(sketch(text, size)).size == size


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(st.characters(), max_size=80),
    words=st.lists(st.sampled_from(WORDS)),
    size=st.tuples(st.integers(64, 160), st.integers(64, 160)),
)
def test_no_text_and_no_size_makes_it_stumble(text, words, size):
    assert opened(sketch(" ".join([text, *words]), size)).size == size


def test_a_complete_pillow_is_no_problem():
    assert SketchProvider().problems() == []
