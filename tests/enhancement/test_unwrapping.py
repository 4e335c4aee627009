"""What language models wrap an answer in is taken off where that is certain, and is a fault where it is not."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enhancement.unwrapping import unwrapped
from enhancement.unwrapping.chat_templates import REASONING, TURN_ENDS
from enhancement.unwrapping.wrappers import PAIRS
from enhancement.validation import NonsenseAnswer, sound_from_a_model
from tests.enhancement.test_validation import GOOD, PROMPT, fault

FENCED = f"```\n{GOOD}\n```"

WRAPPED = {
    "reasoning": [
        *(f"{opening}A fox.\n\nAt dawn?{closing}\n\n{GOOD}" for opening, closing in REASONING.items()),
        f"<think></think>{GOOD}",
        f"<think>{'Which fox? ' * 1_000}</think>\n{GOOD}",
        f"<think>They close it with </think> and so do I.</think>\n{GOOD}",
        f"The template began it.\nA fox, then.\n</think>\n\n{GOOD}",
        f"<think>A fox.</think>\n<answer>\n{GOOD}\n</answer>",
    ],
    "turn": [
        *(f"{GOOD}{end}" for end in TURN_ENDS),
        f"<|im_start|>assistant\n{GOOD}<|im_end|>",
        f"<|channel|>analysis<|message|>A fox.<|end|><|start|>assistant<|channel|>final<|message|>{GOOD}<|return|>",
        f"Assistant: {GOOD}",
    ],
    "tag": [f"<answer>{GOOD}</answer>", f"<prompt>\n{GOOD}\n</prompt>", f"<image_prompt>{GOOD}</image_prompt>"],
    "quotes": [
        *(f"{opening}{GOOD}{closing}" for opening, closing in PAIRS),
        f"“\n{GOOD}\n”",
        f'"{GOOD}".',
        f"\ufeff{GOOD}\u200b",
        f"'“{GOOD}”'",
    ],
    "fence": [
        FENCED,
        f"```text\n{GOOD}\n```",
        f"``` plaintext\n{GOOD}```",
        f"```{GOOD}```",
        f"```markdown\n> {GOOD}\n```",
    ],
    "JSON": [
        json.dumps({"image_prompt": GOOD}),
        json.dumps({"prompt": GOOD}, indent=2),
        json.dumps([GOOD]),
        json.dumps(GOOD),
        json.dumps({"result": {"enhanced_prompt": GOOD}}),
        json.dumps({"reasoning": "A fox.", "enhancedPrompt": GOOD, "confidence": 0.9}),
        json.dumps({"prompt": GOOD, "negative_prompt": "blurry"}),
        json.dumps({"image_prompt": PROMPT, "rewritten_prompt": GOOD}),
        f"```json\n{json.dumps({'prompt': GOOD})}\n```",
        f"<data>\n{json.dumps({'image_prompt': GOOD})}\n</data>",
    ],
    "introduction": [
        f"Sure! {GOOD}",
        f"Sure! Here's an enhanced prompt:\n\n{GOOD}",
        f"Sure, here's an enhanced prompt: {GOOD}",
        f"Certainly. {GOOD}",
        f"Of course: {GOOD}",
        f"Okay – {GOOD}",
        f"Hello! {GOOD}",
        f"Here is: {GOOD}",
        f"Here is the enhanced prompt: {GOOD}",
        f"Here's a rewritten version: {GOOD}",
        f"Here’s your prompt. {GOOD}",
        f"Here you go: {GOOD}",
        f"Here is a prompt for your image of a red fox at dawn:\n{GOOD}",
        f"Below is an English paragraph. {GOOD}",
        f"This is the improved prompt: {GOOD}",
        f"Prompt: {GOOD}",
        f"Prompt:\n{GOOD}",
        f"**Prompt:** {GOOD}",
        f"**Prompt**: {GOOD}",
        f"__Enhanced prompt:__\n\n{GOOD}",
        f"*Image prompt:* {GOOD}",
        f"## Enhanced Prompt\n\n{GOOD}",
        f"Final answer: {GOOD}",
        f"OUTPUT: {GOOD}",
        f"Enhanced: {GOOD}",
        f"提示词：{GOOD}",
        f"Промпт: {GOOD}",
        f"Beschreibung: {GOOD}",
        f"Enhanced image prompt: “{GOOD}”",
        f"Here is the prompt:\n\n---\n\n{GOOD}\n\n---",
    ],
    "remark": [
        f"{GOOD}\n\nLet me know if you want another style!",
        f"{GOOD}\n\n*Note: the grass was added.*",
        f"{GOOD}\n\n---\n\nWould you like me to change the light?",
        f"{GOOD}\n\n---\n*Let me know if you want changes.*",
        f"{GOOD}\n\n(Word count: 17)",
        f"{GOOD}\n\nThis prompt adds light and grass.",
        f"Sure!\n\n{FENCED}\n\nI hope this helps!",
        f'<think>Hm.</think>Sure! Here is:\n\n```\n"{GOOD}"\n```\n\nFeel free to ask for more.',
    ],
    "item": [f"1. {GOOD}", f"- {GOOD}", f"* {GOOD}", f"> {GOOD}", f"• {GOOD}"],
}


@pytest.mark.parametrize("answer", [answer for answers in WRAPPED.values() for answer in answers])
def test_what_it_is_wrapped_in_is_taken_off(answer):
    assert sound_from_a_model(answer, PROMPT) == GOOD


@pytest.mark.parametrize(
    ("answer", "inside"),
    [
        ("'A red fox's fur glows at dawn.'", "A red fox's fur glows at dawn."),
        (r'"A sign that reads \"Hope\" at dawn."', 'A sign that reads "Hope" at dawn.'),
        ('{"prompt": "A sign that reads \\"Hope\\" at dawn."}', 'A sign that reads "Hope" at dawn.'),
        ("> A red fox stands\n> in tall grass.", "A red fox stands in tall grass."),
    ],
)
def test_the_words_inside_stay_as_they_are(answer, inside):
    assert sound_from_a_model(answer, PROMPT) == inside


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (f"<think>A fox. {GOOD}", "with markdown"),
        (f"[THINK]A fox.\n\n{GOOD}", "in several paragraphs"),
        (f"<think>A fox.</think>{GOOD}<think>Or", "with markdown"),
        ("<think>A fox.</think>", "empty"),
        ("<think>A fox.</think>\n\nI'm sorry, but I can't help with that.", "a refusal"),
        ("Sure!", "empty"),
        ('{"prompt": ""}', "empty"),
        ('{"prompt": null}', "in JSON"),
        ('{"refusal": "I may not describe a red fox."}', "in JSON"),
        ('{"error": "The content policy forbids this fox."}', "in JSON"),
        ('{"prompt": "I cannot assist with a red fox at dawn."}', "a refusal"),
        (json.dumps({"prompt": f"{GOOD}\0"}), "contains NUL or a lone surrogate"),
        ('{"prompt": "A red fox \\ud800 stands in tall grass."}', "contains NUL or a lone surrogate"),
        (json.dumps([GOOD, GOOD]), "in JSON"),
        (json.dumps({"prompt": GOOD, "description": "A fox in the grass at dawn."}), "in JSON"),
        (json.dumps({"prompts": [GOOD, GOOD]}), "in JSON"),
        ('{"prompt": "A red fox stands in tall', "in JSON"),
        ("[" * 100_000, "too long"),
        (json.dumps({"image_prompt": PROMPT}), "repeats the prompt"),
        (f"```\n{GOOD}", "with markdown"),
        (f"```\n{GOOD}\n```\n```\n{GOOD}\n```", "with markdown"),
        (f'"{GOOD}', "with half a quote"),
        (f"({GOOD}", "with half a quote"),
        (f"*A red fox* at dawn. {GOOD}", "with markdown"),
        (f"{GOOD}*", "with markdown"),
        (f"{{'prompt': '{GOOD}'}}", "in JSON"),
        (f"„{GOOD}", "with half a quote"),
        (f"1. {GOOD}\n2. {GOOD}", "with markdown"),
        (f"Here are two options:\n1. {GOOD}\n2. {GOOD}", "with markdown"),
        (f"Option 1: {GOOD}\nOption 2: {GOOD}", "several candidates"),
        (f"Prompt A: {GOOD}\nPrompt B: {GOOD}", "several candidates"),
        (f"**Prompt 1:** {GOOD}\n**Prompt 2:** {GOOD}", "several candidates"),
        (f"Prompt: {GOOD}\nPrompt: {GOOD}", "several candidates"),
        (f"Prompt: {GOOD}\nNegative prompt: blurry, text", "several candidates"),
        (f"{GOOD} Negative prompt: blurry, text", "several candidates"),
        (f"{GOOD}\n\n{GOOD}", "in several paragraphs"),
        (f"{GOOD}<|im_end|>\n<|im_start|>user\nAnother one.", "with markdown"),
        (PROMPT, "repeats the prompt"),
        ("A RED  FOX,\nat dawn", "repeats the prompt"),
        (f"Rewrite the wish as one English paragraph of 40 to 120 words: {GOOD}", "repeats its instructions"),
        (f"{GOOD} {'It waits. ' * 400}", "too long"),
        (f"<think>A fox.</think>{GOOD} {'It waits. ' * 192}", "longer than 2,000 characters"),
    ],
)
def test_in_doubt_it_stays_a_fault(answer, reason):
    assert fault(answer) == reason


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("a sign that says </think> in red", "A wooden sign whose red letters say\n</think>\nto a fox."),
        ("Sure: a deodorant", "Sure: a deodorant on a marble plinth, in soft light."),
    ],
)
def test_what_the_prompt_itself_says_is_no_wrapping(prompt, answer):
    assert unwrapped(answer, prompt) == answer


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(['"', "'", "*", "```", "\n", "{", "}", "[", "<think>", "</think>", "Sure!", "fox", ":"]))
)
def test_whatever_comes_it_is_a_prompt_or_a_fault(parts):
    with suppress(NonsenseAnswer):
        assert sound_from_a_model("".join(parts), PROMPT)


@pytest.mark.parametrize("layer", ['"', "```", "<think>", "[", "{", "> ", "- ", "Sure! ", "\n", "**", "prompt "])
def test_a_megabyte_of_layers_costs_no_more_than_a_look_at_each(layer):
    assert len(unwrapped(layer * (1024 * 1024 // len(layer)), PROMPT)) <= 1024 * 1024
