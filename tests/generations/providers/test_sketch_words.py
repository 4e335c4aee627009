"""What the sketch reads out of a prompt, and that it can draw all of it."""

import pytest

from generations.providers.sketch import figures, subjects, vocabulary
from generations.providers.sketch.words import Motif, read

from .sketching import opened, sketch


@pytest.mark.parametrize(
    ("prompt", "motif"),
    [
        ("a red sports car on a mountain road", Motif(ground="mountain", subject="car", colour="red")),
        ("Sunset over the OCEAN", Motif(water="sea", hour="sunset")),
        ("misty pine-forest, at dawn!", Motif(ground="forest", hour="dawn", weather="fog")),
        ("city skyline at night", Motif(ground="city", hour="night")),
        ("galaxies and nebulas", Motif(ground="space")),
        ("kittens in the snow", Motif(subject="cat", season="winter")),
        ("a meadow of wildflowers", Motif(ground="meadow")),
        ("aurora above the dunes", Motif(ground="desert", hour="night", weather="aurora")),
        ("the colour of silence", Motif()),
    ],
)
def test_words_choose_the_scene(prompt, motif):
    assert read(prompt) == motif


@pytest.mark.parametrize("prompt", ["scary", "a capacity for nightingales", "seasoned woodenly", "catalogue"])
def test_parts_of_words_choose_nothing(prompt):
    assert read(prompt) == Motif()


def test_the_first_of_two_places_wins():
    assert read("a desert beside a forest").ground == "desert"
    assert read("a forest beside a desert").ground == "forest"


def test_the_enhanced_prompt_settles_only_the_mood_that_the_caller_left_open():
    assert read("a cat", "a cat on a city roof, golden light, fog") == Motif(
        subject="cat", hour="sunset", weather="fog"
    )
    assert read("a cat at night", "a cat at night, golden light").hour == "night"


def test_the_enhanced_prompt_speaks_for_words_that_are_not_understood():
    assert read("закат над морем", "sunset over the sea") == Motif(water="sea", hour="sunset")


def test_every_subject_has_a_figure_and_a_size():
    assert set(subjects.SIZES) == set(vocabulary.SUBJECTS)
    for subject in vocabulary.SUBJECTS:
        assert all(part.points.shape[1] == 2 for part in figures.parts_of(subject))
        assert len(figures.parts_of(subject)) > 0


@pytest.mark.parametrize("place", ["", *vocabulary.GROUNDS, "snow", "sea"])
def test_every_place_has_room_for_every_subject_and_every_mood(place):
    for word in [*vocabulary.SUBJECTS, *vocabulary.HOURS, *vocabulary.WEATHERS, "winter", "autumn", "spring"]:
        assert opened(sketch(f"{word} {place}", (64, 64))).size == (64, 64)
