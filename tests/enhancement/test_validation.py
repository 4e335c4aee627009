"""What a language model's answer must be, and every way in which it is something else."""

import pytest

from enhancement.validation import NonsenseAnswer, sound_from_a_model

PROMPT = "a red fox, at dawn"
GOOD = "A red fox stands in tall grass at dawn, its fur lit from behind by low golden light."


def fault(answer: str, prompt: str = PROMPT) -> str:
    with pytest.raises(NonsenseAnswer) as caught:
        sound_from_a_model(answer, prompt)
    assert caught.value.is_outage is False
    return str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        GOOD,
        "“Hope” in neon letters glows above a red fox that sleeps on a sign reading “Despair”",
        '"Hope" in neon letters above a red fox, opposite a sign that reads "Despair"',
        '"Hope" above a red fox, opposite a sign that reads "Despair".',
        "A grid of 2 * 3 red foxes (six in all), at dawn.",
        "Sure-footed, a red fox crosses a scree slope at dawn.",
        "Hi-tech visor and all, a red fox in a space suit looks at dawn over the moon.",
        "Here comes a red fox, trotting along a wet road at dawn.",
        "A poster of a red fox; its title says: I can't stay, and below it dawn breaks.",
        "A red fox at dawn under a shop sign that reads 東京タワー in red neon.",
        "A red fox at dawn, 3:2, f/1.8, 85mm – a portrait with creamy bokeh",
        "Zürich at dawn: a red fox waits at a tram stop beside a café.",
        "Okapi and red fox meet at a water hole at dawn.",
        'A red fox at dawn beside a shop door whose sign reads "we can\'t help you today" in chalk.',
        "A red fox at dawn and a museum's sign that says “feel free to touch” beside a marble statue.",
        'A red fox on an invitation card, with "let me know if you can come" in gold script.',
        "A red fox at dawn under a hand-written sticky note: the words BUY MILK in blue ink.",
        'A red fox asleep on a thick book titled "Against the Policy" at dawn.',
    ],
)
def test_a_prompt_is_let_through(answer):
    assert sound_from_a_model(answer, PROMPT) == answer


def test_an_answers_lines_become_one_and_blanks_around_it_go():
    assert sound_from_a_model("\n  A red fox stands\nin tall grass at dawn. \n\n", PROMPT) == (
        "A red fox stands in tall grass at dawn."
    )


@pytest.mark.parametrize(
    "answer",
    [
        f"Sure, {GOOD}",
        f"Great, towering cliffs. {GOOD}",
        f"I've rewritten it. {GOOD}",
        f"I have made it one paragraph. {GOOD}",
        f"Let me describe it. {GOOD}",
        f"As requested, {GOOD}",
        f"Title: Dawn. {GOOD}",
        f"Hier ist der verbesserte Prompt: {GOOD}",
        f"Voici le prompt amélioré : {GOOD}",
        f"Okay, the user wants a fox. {GOOD}",
        f"The user wants a red fox at dawn. {GOOD}",
        f"We need to rewrite this. {GOOD}",
    ],
)
def test_a_preamble_that_may_belong_to_it_is_a_fault(answer):
    assert fault(answer) == "with a preamble"


@pytest.mark.parametrize(
    "answer",
    [
        "I'm sorry, but I can't help with that request.",
        "I’m sorry, I can’t create this image of a fox.",
        "I am unable to generate pictures of that kind of animal.",
        "I can't assist with that, a red fox or not.",
        "I cannot write a prompt for this picture.",
        "I won't describe a red fox at dawn for you.",
        "I must decline to describe this picture.",
        "Sorry, that is nothing that I may describe.",
        "Unfortunately, this picture is not possible.",
        "As a model of language, I cannot assist with a red fox at dawn.",
        "This request violates our content policy, so no picture is described.",
        "The wish goes against the usage guidelines and is not written down.",
    ],
)
def test_a_refusal_is_a_fault(answer):
    assert fault(answer) == "a refusal"


@pytest.mark.parametrize(
    "answer",
    [
        f"**A red fox** {GOOD}",
        f"# A red fox\n{GOOD}",
        f"**Title:** Dawn.\n{GOOD}",
        f"{GOOD}\n- low light\n- long lens",
        f"A `red fox` at dawn. {GOOD}",
        f"__A red fox__ at dawn. {GOOD}",
        f"A [red fox](https://fox.example) at dawn. {GOOD}",
        f"<p>{GOOD}</p>",
        f"| fox | dawn |\n{GOOD}",
    ],
)
def test_markdown_is_a_fault(answer):
    assert fault(answer) == "with markdown"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (f"{GOOD}\n\n{GOOD}", "in several paragraphs"),
        (f"{GOOD}\n \n{GOOD}", "in several paragraphs"),
        (f"{GOOD} Let me know if you want another style.", "with a remark"),
        (f"{GOOD} Note: the fox was added.", "with a remark"),
        (f"{GOOD} I hope this helps!", "with a remark"),
        ("一只红狐狸在黎明时分站在高高的草丛中,低低的金色光线。", "not in English"),
        ("Рыжая лиса стоит в высокой траве на рассвете.", "not in English"),
        ("1234567890 1234567890", "not in English"),
        ("A fox.", "shorter than what it enhances"),
    ],
)
def test_other_faults(answer, reason):
    assert fault(answer) == reason


def test_2000_characters_are_enough():
    assert sound_from_a_model("a fox " * 333 + "at", PROMPT) == "a fox " * 333 + "at"
    assert fault("a fox " * 333 + "now") == "longer than 2,000 characters"


def test_four_words_are_the_fewest():
    assert sound_from_a_model("A vixen in grass.", "fox") == "A vixen in grass."
    assert fault("A sleeping vixen.", "fox") == "shorter than what it enhances"


# ── The subject ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("prompt", "shortest"),
    [
        ("a red fox", 9),
        ("a red fox, at dawn, in the mist, 4k", 9),
        ("Un zorro rojo. Al amanecer.", 13),
        ("一只红狐狸在高草丛中睡觉,在黎明", 12),
        ("a" * 5_000, 200),
    ],
)
def test_an_answer_is_as_long_as_what_the_prompt_begins_with(prompt, shortest):
    longest = "a b c " + "d" * 200
    assert sound_from_a_model(longest[:shortest], prompt) == longest[:shortest]
    assert fault(longest[: shortest - 1], prompt) == "shorter than what it enhances"


# ── Aliases ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("@logo on a mug", "The design of @logo, printed on a white enamel mug."),
        ("@logo, @brand-mug_2", "A studio shot of @brand-mug_2 that carries @logo."),
        ("a mug with (@logo).", "A white mug, @logo! printed on it."),
        ("write to me@fox.example", "An envelope addressed to somebody at a fox farm, in soft light."),
        ("一个带有 @标志 的杯子", "A mug that carries @标志 in the middle."),
    ],
)
def test_aliases_survive(prompt, answer):
    assert sound_from_a_model(answer, prompt) == answer


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("@logo on a mug", "A logo, printed on a white enamel mug."),
        ("@logo on a mug", "The design of @Logo, printed on a white mug."),
        ("@logo on a mug", "The design of @logo2, printed on a white mug."),
        ("@logo on a mug", "The design of @logo-2, printed on a white mug."),
        ("@logo and @mug", "The design of @logo on a white enamel mug."),
        ("@logo on a mug", "Write to press@logo about the white mug."),
    ],
)
def test_a_lost_alias_is_a_fault(prompt, answer):
    assert fault(answer, prompt) == "lost an alias"


def test_an_invented_alias_is_a_fault():
    assert fault("A white mug that carries @logo and @fox.", "@logo on a mug") == "invented an alias"
