"""What the OpenAPI document says of a prompt's enhancement."""

from drf_spectacular.utils import OpenApiRequest, OpenApiResponse, extend_schema, extend_schema_view

from generations.api.prompts.serializers import EnhancedPrompt, EnhancePrompt
from generations.api.schema.operations import TAGS
from projects.api.schema.operations import examples

REQUEST = {"prompt": "a red sports car on a mountain road", "template": "photorealistic"}
ANSWER = {
    "prompt": "A photorealistic establishing shot of a sleek red sports car...",
    "originalPrompt": REQUEST["prompt"],
    "template": "photorealistic",
}

describe = extend_schema_view(
    post=extend_schema(
        operation_id="enhancePrompt",
        summary="Enhance a prompt",
        description=(
            "See and edit the enhanced prompt before you pay for a picture: post it as a generation's `prompt` with "
            "`autoEnhance: false`. Nothing is kept, so that an `Idempotency-Key` means nothing here."
        ),
        tags=TAGS,
        request=OpenApiRequest(EnhancePrompt, examples=examples({"With a template": REQUEST})),
        responses={200: OpenApiResponse(EnhancedPrompt, "The enhanced prompt.", examples({"Enhanced": ANSWER}))},
    )
)
