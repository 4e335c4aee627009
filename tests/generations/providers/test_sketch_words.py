"""What the sketch reads out of a prompt."""

from dataclasses import replace

import pytest

from enhancement.enhancers.rules import RulesEnhancer
from enhancement.templates import Template
from generations.providers.sketch import figures
from generations.providers.sketch.reading import Motif, meanings, read
from generations.providers.sketch.reading.language import LANGUAGES
from generations.providers.sketch.reading.lexicon import lexicon
from generations.providers.sketch.reading.sightings import look

from .sketching import opened, sketch


@pytest.mark.parametrize(
    ("prompt", "motif"),
    [
        ("a red sports car on a mountain road", Motif(ground="mountain", subject="car", colour="red")),
        ("Sunset over the OCEAN", Motif(water="sea", hour="sunset")),
        ("misty pine-forest, at dawn!", Motif(ground="forest", hour="dawn", weather="fog")),
        ("city skyline at night", Motif(ground="city", hour="night")),
        ("galaxies and nebulas", Motif(ground="space")),
        ("kittens in the snow", Motif(subject="cat", season="winter", count=3)),
        ("a meadow of wildflowers", Motif(ground="meadow")),
        ("aurora above the dunes", Motif(ground="desert", hour="night", weather="aurora")),
        ("the colour of silence", Motif()),
        ("a cat and a dog", Motif(subject="cat", companion="dog")),
        ("ein Hund am See bei Nacht", Motif(subject="dog", water="lake", hour="night")),
        ("coucher de soleil sur la mer", Motif(water="sea", hour="sunset")),
        ("un castillo en la niebla", Motif(subject="castle", weather="fog")),
        ("una barca sul lago all'alba", Motif(subject="boat", water="lake", hour="dawn")),
        ("uma bicicleta na praia", Motif(subject="bicycle", water="sea", companion="palm")),
        ("закат над морем", Motif(water="sea", hour="sunset")),
        ("夕焼けの海と船", Motif(water="sea", hour="sunset", subject="boat")),
        ("雪山上的城堡", Motif(ground="mountain", subject="castle")),
    ],
)
def test_words_choose_the_scene(prompt, motif):
    assert read(prompt) == motif


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_word_for_a_subject_is_understood_in_its_language(language):
    for term, said in lexicon(language).terms().items():
        if "subject" in said:
            assert lexicon(language).find(term).meanings["subject"] == said["subject"]
    known = {said["subject"] for _, said in lexicon(language).entries() if "subject" in said}
    assert known == set(meanings("subject"))


SUBJECTS = {
    "de": {"eine Katze": "cat", "ein Drache": "dragon", "rote Turnschuhe": "shoe", "ein Geburtstagskuchen": "cake",
           "das Fahrrad": "bicycle", "zwei Pferde": "horse", "ein Firmenlogo": "logo", "eine Nudelsuppe": "ramen"},
    "fr": {"un chat": "cat", "un dragon": "dragon", "des chaussures rouges": "shoe", "un gâteau d'anniversaire": "cake",
           "le vélo": "bicycle", "deux chevaux": "horse", "un logo": "logo", "une soupe de nouilles": "ramen"},
    "es": {"un gato": "cat", "un dragón": "dragon", "zapatos rojos": "shoe", "una tarta": "cake",
           "la bicicleta": "bicycle", "dos caballos": "horse", "un logotipo": "logo", "sopa de fideos": "ramen"},
    "it": {"un gatto": "cat", "un drago": "dragon", "le scarpe rosse": "shoe", "una torta": "cake",
           "la bicicletta": "bicycle", "due cavalli": "horse", "un logo": "logo", "una zuppa": "ramen"},
    "pt": {"um gato": "cat", "um dragão": "dragon", "sapatos vermelhos": "shoe", "um bolo": "cake",
           "a bicicleta": "bicycle", "dois cavalos": "horse", "um logotipo": "logo", "uma sopa": "ramen"},
    "ru": {"кошка": "cat", "дракона": "dragon", "красные кроссовки": "shoe", "торт": "cake",
           "велосипеды": "bicycle", "две лошади": "horse", "логотип": "logo", "лапша": "ramen"},
    "ja": {"かわいい猫": "cat", "ドラゴン": "dragon", "赤い靴": "shoe", "誕生日のケーキ": "cake",
           "自転車": "bicycle", "二頭の馬": "horse", "会社のロゴ": "logo", "ラーメン": "ramen"},
    "zh": {"一只猫": "cat", "龙": "dragon", "红色的鞋子": "shoe", "生日蛋糕": "cake",
           "自行车": "bicycle", "两匹马": "horse", "公司标志": "logo", "拉面": "ramen"},
}  # fmt: skip


@pytest.mark.parametrize("language", SUBJECTS)
def test_subjects_are_found_in_sentences_of_each_language(language):
    for prompt, subject in SUBJECTS[language].items():
        assert read(prompt).subject == subject, prompt


@pytest.mark.parametrize("prompt", ["scary", "a capacity for nightingales", "seasoned woodenly", "catalogue"])
def test_parts_of_words_choose_nothing(prompt):
    assert read(prompt) == Motif()


@pytest.mark.parametrize(
    "prompt",
    ["a fish-eye photo of a skatepark", "a star-shaped hole", "king size bed", "日本の花火", "der Handel mit Ideen"],
)
def test_a_compound_is_what_its_last_part_is(prompt):
    assert read(prompt).subject == ""


def test_the_first_of_two_places_wins():
    assert read("a desert beside a forest").ground == "desert"
    assert read("a forest beside a desert").ground == "forest"


@pytest.mark.parametrize(
    ("prompt", "subject", "companion"),
    [
        ("a dog house", "house", ""),
        ("a portrait of a cat", "cat", ""),
        ("a portrait of a man", "portrait", ""),
        ("product shot of white sneakers", "shoe", ""),
        ("white sneakers product shot", "shoe", ""),
        ("a fox logo", "logo", "fox"),
        ("a bakery's logo with a cupcake", "logo", "cupcake"),
        ("a bouquet of roses", "rose", ""),
        ("eine Ramen-Schüssel", "ramen", ""),
        ("ein Fuchs-Logo", "logo", "fox"),
        ("桜の木の下の白い馬", "horse", "tree"),
        ("猫と犬", "cat", "dog"),
        ("傘をさした少女", "woman", "umbrella"),
        ("木のテーブルのコーヒー", "mug", ""),
        ("Watch the sunset over the hills", "", ""),
        ("I rose early to see the sea", "", ""),
        ("a watch, the best of all", "watch", ""),
        ("una casa rosa", "house", ""),
        ("una rosa", "rose", ""),
        ("a red-haired girl with a blue umbrella", "woman", "umbrella"),
    ],
)
def test_the_subject_is_what_the_phrase_is_about(prompt, subject, companion):
    motif = read(prompt)
    assert (motif.subject, motif.companion) == (subject, companion)


COUNTS = {
    1: ["a dog", "a 50 mm photo of a dog", "a three-legged dog", "eine Katze", "一匹の猫"],
    2: ["two dogs", "a pair of red shoes", "shoes", "two trees and a dog", "deux chiens", "due gatti", "dois cães",
        "二匹の犬", "２匹の犬", "两只猫"],
    3: ["three small brown dogs", "dogs", "0 roses", "drei Katzen", "три кошки", "犬が3匹"],
    4: ["cuatro gatos"],
    5: ["пять красных яблок"],
    6: ["half a dozen tulips"],
    11: ["eleven penguins"],
    12: ["12 roses", "500 roses"],
}  # fmt: skip


@pytest.mark.parametrize("count", COUNTS)
def test_subjects_are_counted(count):
    assert {prompt: read(prompt).count for prompt in COUNTS[count]} == dict.fromkeys(COUNTS[count], count)


@pytest.mark.parametrize(
    ("prompt", "colour", "backdrop"),
    [
        ("a red house under a blue sky", "red", ""),
        ("under a blue sky, a red house", "red", ""),
        ("a house under a blue sky", "", ""),
        ("a bottle on a pink background", "", "pink"),
        ("a green bottle, a red cat", "green", ""),
        ("Sportschuh auf weißem Hintergrund", "", "white"),
        ("un chat noir sur un fond rouge", "black", "red"),
        ("una bicicleta azul", "blue", ""),
        ("due gatti bianchi", "white", ""),
        ("um carro vermelho", "red", ""),
        ("зелёная машина", "green", ""),
        ("赤い自転車", "red", ""),
        ("红色的汽车", "red", ""),
        ("白い背景の赤い靴", "red", "white"),
    ],
)
def test_colours_go_to_what_they_stand_with(prompt, colour, backdrop):
    motif = read(prompt)
    assert (motif.colour, motif.backdrop) == (colour, backdrop)


@pytest.mark.parametrize(
    ("prompt", "motif"),
    [
        ("running shoes for women, pink", Motif(subject="shoe", colour="pink", count=2)),
        ("a watch for men, gold", Motif(subject="watch", colour="gold")),
        ("a mug for her, red", Motif(subject="mug", colour="red")),
        ("eine Tasse für Männer, blau", Motif(subject="mug", colour="blue")),
        ("chaussures pour femme, bleues", Motif(subject="shoe", colour="blue", count=2)),
        ("zapatos para mujer, azules", Motif(subject="shoe", colour="blue", count=2)),
        ("для женщины", Motif(subject="woman")),
        ("a woman waiting for a man", Motif(subject="woman", companion="person")),
    ],
)
def test_whom_a_thing_is_for_is_not_in_the_picture(prompt, motif):
    assert read(prompt) == motif


@pytest.mark.parametrize(
    ("prompt", "colours"),
    [
        ("a black cat and a white dog", ("black", "white")),
        ("a cat and a white dog", ("", "white")),
        ("un perro negro y un gato blanco", ("black", "white")),
        ("桜の木の下の白い馬", ("white", "")),
    ],
)
def test_a_companion_has_a_colour_of_its_own(prompt, colours):
    motif = read(prompt)
    assert (motif.colour, motif.companion_colour) == colours


@pytest.mark.parametrize(
    ("prompt", "subject"),
    [
        ("an empty beach, no people", "palm"),
        ("no people and no cars, only a bicycle", "bicycle"),
        ("a street without any cars or people at night", ""),
        ("a car-free street", ""),
        ("ein Pferd ohne Reiter und Hund", "horse"),
        ("keine Menschen, ein Baum", "tree"),
        ("sans personnages, un cheval", "horse"),
        ("sin gente, un gato", "cat"),
        ("senza persone, un gatto", "cat"),
        ("sem pessoas, um gato", "cat"),
        ("без людей, кошка", "cat"),
        ("人のいない街の猫", "cat"),
        ("没有人的街道，一只猫", "cat"),
    ],
)
def test_what_is_denied_is_not_seen(prompt, subject):
    assert read(prompt).subject == subject


def test_the_enhanced_prompt_settles_only_the_mood_that_the_caller_left_open():
    assert read("a cat", "a cat on a city roof, golden light, fog") == Motif(
        subject="cat", hour="sunset", weather="fog"
    )
    assert read("a cat at night", "a cat at night, golden light").hour == "night"


def test_what_is_added_to_words_that_are_not_understood_is_no_subject():
    assert read("a quokka", "A photograph of a quokka, with two dogs, in a meadow") == Motif()
    assert read("  a  quokka. ", "A photograph of a quokka, soft light on a table.") == Motif()


@pytest.mark.parametrize("template", Template)
def test_the_rules_enhancer_changes_no_subject(template):
    for prompt in [
        "a quokka",
        "two dogs!",
        "Please draw a cat.",
        "  jazz,\n blue notes ",
        "Weltschmerz",
        "静寂",
        "a fox logo",
    ]:
        plain, enhanced = read(prompt), read(prompt, RulesEnhancer().enhance(prompt, template))
        assert replace(enhanced, hour=plain.hour, weather=plain.weather) == plain


def test_an_enhanced_prompt_that_says_it_in_other_words_speaks_for_them():
    assert read("غروب الشمس فوق البحر", "sunset over the sea") == Motif(water="sea", hour="sunset")


@pytest.mark.parametrize(
    ("prompt", "language"),
    [("gato", "es"), ("a chat with a friend", "en"), ("un chat", "fr"), ("ein See", "de"), ("I see a lake", "en"),
     ("il mare", "it"), ("um pão e um gato", "pt"), ("кот", "ru"), ("ねこ", "ja"), ("猫", "zh")],
)  # fmt: skip
def test_the_language_is_the_one_whose_words_are_seen_most(prompt, language):
    assert look(prompt).language == language


def test_every_subject_has_a_drawing_and_every_drawing_words():
    assert set(figures.subjects()) == set(meanings("subject"))
    for subject in figures.subjects():
        assert all(part.points.shape[1] == 2 for part in figures.parts_of(subject))
        assert len(figures.parts_of(subject)) > 0


@pytest.mark.parametrize("place", ["", *meanings("ground"), "snow", "sea"])
def test_every_place_has_room_for_every_mood(place):
    for word in ["cat", "boat", "bottle", *meanings("hour"), *meanings("weather"), "winter", "autumn", "spring"]:
        assert opened(sketch(f"{word} {place}", (64, 64))).size == (64, 64)


def test_every_place_has_room_for_every_subject():
    places = ["snow", "sea", "space", "city", "road", "table", "on a red background", "night"]
    for turn, subject in enumerate(meanings("subject")):
        assert opened(sketch(f"{english(subject)} {places[turn % len(places)]}", (64, 64))).size == (64, 64)


def english(subject: str) -> str:
    """An English word for a subject."""
    return next(word for word, said in lexicon("en").entries() if said.get("subject") == subject)
