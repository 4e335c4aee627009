"""That subjects are seen in a sketch: each its own drawing, as many and of the colour that the prompt says."""

import itertools

import numpy as np
import pytest

from generations.providers.sketch import figures
from generations.providers.sketch.cutout import Cutout, cut_out
from generations.providers.sketch.groups import spots
from generations.providers.sketch.palette import PAINTS, palette_for
from generations.providers.sketch.papercut import colours_of
from generations.providers.sketch.reading import meanings, words_of
from generations.providers.sketch.tones import Tones

from .sketching import opened, sketch

DAY = palette_for("day", "", np.random.default_rng(0))
CAPTION = 0.86
"""The share of a picture's height at which its caption begins to darken it."""
HUES = {"red": (0, 1, 2), "green": (1, 0, 2), "blue": (2, 0, 1)}
"""The channel that stands out, and the two that it stands out from."""


def cutout(subject: str, size: int = 48) -> Cutout:
    tones = Tones(DAY, figures.traits_of(subject).colour)
    return cut_out(figures.parts_of(subject), size, tones.fill, DAY.light, DAY.shade, -1)


def is_of(colour: str, content: bytes) -> np.ndarray:
    """Where a picture above its caption is clearly red, green or blue."""
    pixels = np.asarray(opened(content)).astype(int)
    strong, *others = HUES[colour]
    above = pixels[: int(len(pixels) * CAPTION)]
    seen: np.ndarray = above[..., strong] > above[..., others].max(axis=-1) + 35
    return seen


def groups_side_by_side(mask: np.ndarray) -> int:
    """How many stretches of columns show something, specks apart."""
    columns = np.concatenate([[False], mask.sum(axis=0) > 2, [False]])
    return int((np.diff(columns.astype(int)) == 1).sum())


def test_no_two_subjects_look_alike():
    seen = {}
    for subject in figures.subjects():
        figure = cutout(subject)
        seen[subject] = np.concatenate([np.asarray(figure.image), np.asarray(figure.alpha)[..., None]], -1).astype(int)
    for (first, one), (second, other) in itertools.combinations(seen.items(), 2):
        assert np.abs(one - other).mean() > 4, f"{first} looks like {second}"


def test_every_figure_shows_most_of_itself_within_its_frame():
    for subject in figures.subjects():
        alpha = np.asarray(cutout(subject).alpha)
        edge = np.concatenate([alpha[0], alpha[:, 0], alpha[:, -1]])
        assert (alpha > 128).mean() > 0.02, f"{subject} is hardly there"
        assert (edge > 128).mean() < 0.1, f"{subject} is cut off"


def test_what_floats_is_seen_above_the_water():
    for subject in figures.subjects():
        whole, traits = cutout(subject), figures.traits_of(subject)
        above = whole.cropped(round(traits.draught * whole.size))
        assert np.asarray(above.alpha).sum() > 0.4 * np.asarray(whole.alpha).sum(), subject


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_as_many_are_seen_as_the_prompt_says(count):
    prompt = f"{count} red apple{'s' * (count > 1)} on a white background"

    assert groups_side_by_side(is_of("red", sketch(prompt, (320, 200)))) == count


@pytest.mark.parametrize("prompt", ["drei rote Autos", "tres coches rojos", "три красные машины", "三台の赤い車"])
def test_three_red_cars_are_three_and_red_in_other_languages(prompt):
    assert groups_side_by_side(is_of("red", sketch(f"{prompt}, 正午, noon", (480, 300)))) == 3


@pytest.mark.parametrize("count", range(1, 13))
def test_all_that_are_counted_have_a_place_in_the_picture(count):
    found = spots(count, 300, 1000, 360)

    assert len(found) == count
    for spot in found:
        half = 150 * spot.scale
        assert spot.x - half >= 0
        assert spot.x + half <= 1000
    rows = {spot.rise: [other.x for other in found if other.rise == spot.rise] for spot in found}
    for places in rows.values():
        assert all(after - before >= 300 * found[0].scale for before, after in itertools.pairwise(places))


@pytest.mark.parametrize(
    ("prompt", "red", "green", "blue"),
    [
        ("a {} bicycle on a white background", "red", "green", "blue"),
        ("ein {} Auto vor weißem Hintergrund", "rotes", "grünes", "blaues"),
        ("une tasse {} sur fond blanc", "rouge", "verte", "bleue"),
        ("un libro {} sobre fondo blanco", "rojo", "verde", "azul"),
        ("una borsa {} su sfondo bianco", "rossa", "verde", "blu"),
        ("um sapato {} em fundo branco", "vermelho", "verde", "azul"),
        ("{} чашка на белом фоне", "красная", "зелёная", "синяя"),
        ("白い背景の{}傘", "赤い", "緑の", "青い"),
        ("白色背景上的{}杯子", "红色的", "绿色的", "蓝色的"),
    ],
)
def test_a_subject_has_the_colour_that_the_prompt_names(prompt, red, green, blue):
    for colour, word in {"red": red, "green": green, "blue": blue}.items():
        content = sketch(prompt.format(word), (160, 160))
        shares = {hue: is_of(hue, content).mean() for hue in HUES}
        assert max(shares, key=shares.get) == colour, (word, shares)
        assert shares[colour] > 0.003


@pytest.mark.parametrize(
    ("prompt", "plinth", "table"),
    [
        ("a red shoe on a {}, white background", "plinth", "table"),
        ("ein roter Schuh auf einem {}, weißer Hintergrund", "Sockel", "Tisch"),
        ("une chaussure rouge sur un {}, fond blanc", "socle", "bureau"),
        ("un zapato rojo sobre un {}, fondo blanco", "pedestal", "escritorio"),
        ("{}の上の赤い靴、白い背景", "台座", "机"),
    ],
)
def test_what_is_put_on_a_plinth_stands_higher_than_on_a_table(prompt, plinth, table):
    lowest = {
        word: np.nonzero(is_of("red", sketch(prompt.format(word), (160, 160))))[0].max() for word in (plinth, table)
    }
    assert lowest[plinth] < lowest[table] - 160 * 0.05


def test_the_backdrop_has_the_colour_that_the_prompt_names():
    corners = {
        colour: np.asarray(opened(sketch(f"a shoe on a {colour} background", (160, 160))))[:8, :8].mean(axis=(0, 1))
        for colour in PAINTS
    }
    assert corners["white"].min() > 200
    assert corners["black"].max() < 150
    assert corners["red"].argmax() == 0
    assert corners["blue"].argmax() == 2


def test_a_woman_with_a_thing_is_seen_with_it():
    assert is_of("red", sketch("a woman with a red umbrella on a white background", (160, 160))).mean() > 0.03


def test_a_negated_subject_is_not_painted():
    assert sketch("a road at noon, no red cars", (160, 160)) != sketch("a road at noon, red cars", (160, 160))
    assert is_of("red", sketch("a road at noon, no red cars", (160, 160))).mean() < 0.002
    assert is_of("red", sketch("a road at noon, red cars", (160, 160))).mean() > 0.01


def test_what_an_enhancer_adds_leaves_the_subject_as_it_was():
    plain = sketch("two cats", (160, 160), enhanced="two cats, at noon")
    added = "A photograph of two cats, with soft light from a window, a dog and a red bicycle on a table, at noon"
    assert is_of("red", sketch("two cats", (160, 160), enhanced=added)).mean() < is_of("red", plain).mean() + 0.05


def test_words_that_name_nothing_are_painted_in_their_own_colours():
    first, second = (np.asarray(opened(sketch(word, (64, 64))))[:50].mean(axis=(0, 1)) for word in ("jazz", "saudade"))
    assert np.abs(first - second).max() > 10
    assert colours_of(["jazz"], "") == colours_of(["jazz"], "") != colours_of(["saudade"], "")
    assert words_of("the sound of silence, no cats") == ["sound", "silence"]


def test_a_crowd_costs_no_more_drawing_than_two(monkeypatch):
    drawn = []
    monkeypatch.setattr(
        "generations.providers.sketch.lit_figures.cut_out", lambda *args: drawn.append(args) or cut_out(*args)
    )
    sketch("twelve dogs", (160, 160))
    assert len(drawn) == 2


def test_there_are_words_for_all_drawings():
    assert len(figures.subjects()) > 60
    assert set(figures.subjects()) == set(meanings("subject"))
