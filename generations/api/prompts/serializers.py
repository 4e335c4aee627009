"""The JSON of an enhanced prompt; the fields keep the rules of a generation's."""

from typing import Any

from rest_framework import serializers

from enhancement import Enhancement, Template
from generations.serializers.fields import PromptField
from projects.api.fields import JsonObject, StrictChoiceField


class EnhancePrompt(JsonObject):
    """What a client posts; unknown fields are ignored."""

    prompt = PromptField(help_text="Text description of an image; blanks around it are removed.")
    template = StrictChoiceField(
        choices=Template.choices, default=Template.GENERAL.value, help_text="The style it is enhanced towards."
    )


class EnhancedPrompt(serializers.Serializer[Any]):
    """To be edited, and posted as a generation's `prompt` with `autoEnhance: false`."""

    # Only the OpenAPI document reads this class: enhanced_prompt writes the object.

    prompt = serializers.CharField(help_text="The enhanced prompt.")
    originalPrompt = serializers.CharField(help_text="What the caller wrote.")
    template = serializers.ChoiceField(choices=Template.choices)


def enhanced_prompt(enhancement: Enhancement, original_prompt: str) -> dict[str, str]:
    return {
        "prompt": enhancement.prompt,
        "originalPrompt": original_prompt,
        "template": enhancement.template.value,
    }
