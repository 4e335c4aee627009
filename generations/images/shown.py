"""Which picture an address shows."""

from datetime import datetime

from django.db import models
from django.db.models import F

from generations.images.models import Image
from projects.compiled_queries import CompiledQuery, Parameter

OF_KEY = CompiledQuery(
    lambda: Image.objects.filter(key=Parameter("key", models.CharField())).annotate(
        trashed_at=F("generation__deleted_at")
    )
)


def find_image(key: str) -> Image | None:
    """The picture of this key, in the trash or not; nothing else that lies in the storage, and none that is deleted."""
    return None if "\0" in key else OF_KEY.first(key=key)


def is_public(image: Image) -> bool:
    """What is in the trash with its generation is not, unless it has a name of its own in the project."""
    trashed_at: datetime | None = image.trashed_at  # type: ignore[attr-defined]  # find_image has annotated it
    return image.alias is not None or trashed_at is None
