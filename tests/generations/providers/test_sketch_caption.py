"""The label at the foot of a sketch."""

from typing import cast

import numpy as np
import pytest
from PIL import Image, ImageFont

from generations.providers.sketch.caption import drawable, paint_caption, wrap

FONT = cast(ImageFont.FreeTypeFont, ImageFont.load_default(20))


@pytest.mark.parametrize(
    ("prompt", "shown"),
    [
        ("a cat", "a cat"),
        ("  two\n\nlines\tand\x00 a NUL ", "two lines and a NUL"),
        ("Crème brûlée — “naïve” Łódź", "Creme brulee - “naive” Lodz"),
        ("a fox 🦊 in the snow", "a fox in the snow"),
        ("закат над морем", "(a prompt in Cyrillic letters)"),
        ("夕焼けの海", "(a prompt in CJK letters)"),
        ("שלום", "(a prompt in Hebrew letters)"),
        ("🦊🌈", ""),
    ],
)
def test_what_the_font_lacks_is_folded_dropped_or_named(prompt, shown):
    assert drawable(prompt) == shown


def test_a_short_prompt_stays_on_one_line():
    assert wrap("a cat on a hill", FONT, 400) == ["a cat on a hill"]


def test_a_long_prompt_breaks_between_words_and_ends_in_an_ellipsis():
    lines = wrap("a quiet harbour at dawn with boats and gulls and far too many more words to be shown", FONT, 300)

    assert lines == ["a quiet harbour at dawn with", "boats and gulls and far too…"]
    assert all(FONT.getlength(line) <= 300 for line in lines)


def test_one_endless_word_is_cut_to_the_room():
    lines = wrap("w" * 5000, FONT, 300)

    assert len(lines) == 2
    assert all(0 < FONT.getlength(line) <= 300 for line in lines)
    assert lines[1].endswith("…")


def test_the_caption_is_bright_text_at_the_foot_and_nothing_above():
    picture = Image.new("RGB", (512, 512), (90, 120, 150))

    paint_caption(picture, "a cat")

    pixels = np.asarray(picture)
    assert (pixels[:384] == (90, 120, 150)).all()
    assert (pixels[384:].min(axis=2) > 230).sum() > 50
