"""What callers send, and what is wrong with it."""

from typing import Any

from rest_framework import serializers

from enhancement import Template
from generations.models import AspectRatio, Status
from generations.serializers.fields import MetaField, PromptField
from projects.api.fields import JsonObject, QueryBooleanField, StrictBooleanField, StrictChoiceField


class EnhancementOptions(JsonObject):
    """How a prompt is enhanced."""

    template = StrictChoiceField(
        choices=Template.choices, default=Template.GENERAL.value, help_text="The style it is enhanced towards."
    )


class CreateGeneration(JsonObject):
    """What a client posts; unknown fields are ignored."""

    prompt = PromptField(help_text="Text description of the image to generate; blanks around it are removed.")
    aspectRatio = StrictChoiceField(
        source="aspect_ratio",
        choices=AspectRatio.choices,
        default=AspectRatio.SQUARE.value,
        help_text="`1:1` square, `16:9` landscape, `9:16` portrait, `3:2` photography, `21:9` ultra-wide.",
    )
    autoEnhance = StrictBooleanField(
        source="auto_enhance", default=True, help_text="Enhance the prompt before it is used."
    )
    enhancementOptions = EnhancementOptions(
        source="enhancement_options", required=False, help_text="{} means the default."
    )
    meta = MetaField(default=dict, help_text="Custom metadata: an object of at most 16 KiB, 10 levels deep.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        options = attrs.pop("enhancement_options", None) or {}
        return attrs | {"template": options.get("template", Template.GENERAL.value)}


class ListQuery(serializers.Serializer[Any]):
    """The filters of a list; limit and offset are the paginator's."""

    status = StrictChoiceField(choices=Status.choices, required=False, help_text="Only generations in this status.")
    includeDeleted = QueryBooleanField(
        source="include_deleted", default=False, help_text="Include generations that are in the trash."
    )
