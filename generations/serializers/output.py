"""The JSON contract, word for word; camelCase lives here only."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from generations.images.models import Image
from generations.models import AspectRatio, Generation, Status
from generations.providers import ErrorCode

AbsoluteUrl = Callable[[str], str]


@extend_schema_serializer(component_name="OutputImage")
class ImageOut(serializers.Serializer[Image]):
    """A stored picture; all that is said of it is true of its bytes."""

    id = serializers.UUIDField()
    storageUrl = serializers.URLField(help_text="Direct URL of the file.")
    mimeType = serializers.CharField(help_text="image/png, image/jpeg, image/webp or image/avif.")
    width = serializers.IntegerField(min_value=1, help_text="Pixels, as a browser shows it: turned and cropped.")
    height = serializers.IntegerField(min_value=1, help_text="Pixels, as a browser shows it: turned and cropped.")
    fileSize = serializers.IntegerField(min_value=1, help_text="Bytes.")


@extend_schema_serializer(component_name="Generation")
class GenerationOut(serializers.Serializer[Generation]):
    """A generation; null where there is nothing (yet)."""

    # Only the OpenAPI document reads this class: generation_out writes the object.

    id = serializers.UUIDField()
    projectId = serializers.UUIDField()
    prompt = serializers.CharField(help_text="Prompt used for generation, enhanced if applicable.")
    originalPrompt = serializers.CharField(help_text="What the caller wrote.")
    autoEnhance = serializers.BooleanField(help_text="Whether enhancement was applied.")
    aspectRatio = serializers.ChoiceField(choices=AspectRatio.choices)
    status = serializers.ChoiceField(choices=Status.choices)
    queuePosition = serializers.IntegerField(
        allow_null=True, min_value=1, help_text="While pending: 1 is next. The projects take turns."
    )
    estimatedWaitSeconds = serializers.IntegerField(
        allow_null=True,
        min_value=0,
        help_text="While pending: until a worker takes it, roughly, by how long the last ones took; null where that "
        "is not known.",
    )
    outputImageId = serializers.UUIDField(allow_null=True)
    outputImage = ImageOut(allow_null=True)
    processingTimeMs = serializers.IntegerField(
        allow_null=True, min_value=0, help_text="From the claim to the stored image."
    )
    progress = serializers.FloatField(
        allow_null=True,
        min_value=0,
        max_value=1,
        help_text="While processing: the share that is painted, where the provider tells.",
    )
    retryCount = serializers.IntegerField(
        min_value=0, help_text="Attempts after the first; those that found the provider down do not count."
    )
    # No enum: a client that was made before one of them came has to be able to read the message.
    errorCode = serializers.CharField(
        allow_null=True,
        help_text="Of what kind the failure is; `CANCELED` where its caller or an operator ended it. While pending: "
        f"why it cannot be made now. Today one of {', '.join(f'`{code}`' for code in ErrorCode)}; more may come.",
    )
    errorMessage = serializers.CharField(allow_null=True, help_text="Why it failed; while pending, what it waits for.")
    retryAt = serializers.DateTimeField(
        allow_null=True, help_text="While pending because its provider is down: when it is tried next."
    )
    meta = serializers.DictField(help_text="The caller's own.")
    createdAt = serializers.DateTimeField()
    updatedAt = serializers.DateTimeField(help_text="Moves with every change of state.")
    deletedAt = serializers.DateTimeField(
        allow_null=True,
        help_text="When an operator moved it to the trash: then only `includeDeleted=true` lists it, and its own "
        "address answers 404.",
    )


def generation_out(generation: Generation, absolute_url: AbsoluteUrl) -> dict[str, Any]:
    """A plain dictionary: DRF's field machinery costs ten times as much per row."""
    image, place = generation.output_image, generation.place
    error_code, error_message = generation.error
    return {
        "id": generation.pk,
        "projectId": generation.project_id,
        "prompt": generation.prompt,
        "originalPrompt": generation.original_prompt,
        "autoEnhance": generation.auto_enhance,
        "aspectRatio": generation.aspect_ratio,
        "status": generation.status,
        "queuePosition": place.position if place else None,
        "estimatedWaitSeconds": place.wait_s if place else None,
        "outputImageId": generation.output_image_id,
        "outputImage": image_out(image, absolute_url) if image else None,
        "processingTimeMs": generation.processing_time_ms,
        "progress": generation.progress,
        "retryCount": generation.retry_count,
        "errorCode": error_code or None,
        "errorMessage": error_message or None,
        "retryAt": generation.retry_at,
        "meta": generation.meta,
        "createdAt": generation.created_at,
        "updatedAt": generation.updated_at,
        "deletedAt": generation.deleted_at,
    }


def redacted(shown: dict[str, Any]) -> dict[str, Any]:
    """What may be kept of a generation that is gone: nothing that its caller wrote, and no link."""
    return shown | {"prompt": "", "originalPrompt": "", "meta": {}, "outputImage": None}


def image_out(image: Image, absolute_url: AbsoluteUrl) -> dict[str, Any]:
    return {
        "id": image.pk,
        "storageUrl": absolute_url(image.storage_url),
        "mimeType": image.mime_type,
        "width": image.width,
        "height": image.height,
        "fileSize": image.file_size,
    }
