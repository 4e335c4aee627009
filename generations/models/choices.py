"""What a generation can be, and what can be asked for."""

from django.db import models


class Status(models.TextChoices):
    PENDING = "pending"
    PROCESSING = "processing"
    SUCCESS = "success"
    FAILED = "failed"


class AspectRatio(models.TextChoices):
    SQUARE = "1:1"
    LANDSCAPE = "16:9"
    PORTRAIT = "9:16"
    PHOTO = "3:2"
    ULTRA_WIDE = "21:9"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels that a provider is asked for."""
        return SIZES[self]


SIZES = {
    AspectRatio.SQUARE: (1024, 1024),
    AspectRatio.LANDSCAPE: (1792, 1024),
    AspectRatio.PORTRAIT: (1024, 1792),
    AspectRatio.PHOTO: (1536, 1024),
    AspectRatio.ULTRA_WIDE: (2016, 864),
}
