"""What a chat template leaves behind: reasoning, turns, tags."""

REASONING = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "<reasoning>": "</reasoning>",
    "<analysis>": "</analysis>",
    "<reflection>": "</reflection>",
    "<scratchpad>": "</scratchpad>",
    "<seed:think>": "</seed:think>",
    "[THINK]": "[/THINK]",
    "◁think▷": "◁/think▷",
    "<|begin_of_thought|>": "<|end_of_thought|>",
    "<|channel>thought": "<channel|>",
    "<|channel|>analysis": "<|channel|>final<|message|>",
}
TURN_BEGINS = (
    "<|im_start|>assistant",
    "<|start_header_id|>assistant<|end_header_id|>",
    "<start_of_turn>model",
    "<|start|>assistant<|channel|>final<|message|>",
    "<|channel|>final<|message|>",
    "<|assistant|>",
)
TURN_ENDS = ("<|im_end|>", "<|eot_id|>", "<|end|>", "<|return|>", "<|endoftext|>", "<end_of_turn>", "</s>", "[/INST]")
ANSWER_TAGS = ("answer", "final_answer", "output", "result", "response", "prompt", "image_prompt", "data")


def without_reasoning(text: str, prompt: str) -> str:
    """What follows the last end of it. Some templates begin it themselves, so that only its end is in the answer."""
    for opening, closing in REASONING.items():
        is_whole = text.startswith(opening) and closing in text
        is_begun_before = opening not in text and text.count(closing) == 1 and f"{closing}\n" in text
        if (is_whole or is_begun_before) and closing not in prompt:
            return text.rpartition(closing)[2]
    return text


def without_turn(text: str, prompt: str) -> str:
    for token in TURN_BEGINS:
        text = text.removeprefix(token)
    for token in TURN_ENDS:
        text = text.removesuffix(token)
    return text


def without_tag(text: str, prompt: str) -> str:
    for name in ANSWER_TAGS:
        opening, closing = f"<{name}>", f"</{name}>"
        if text.startswith(opening) and text.endswith(closing) and text.count(opening) == text.count(closing) == 1:
            return text[len(opening) : -len(closing)]
    return text
