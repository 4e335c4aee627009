"""The seven templates of the contract."""

from django.db.models import TextChoices


class Template(TextChoices):
    """The style a prompt is enhanced towards."""

    GENERAL = "general"
    PHOTOREALISTIC = "photorealistic"
    ILLUSTRATION = "illustration"
    MINIMALIST = "minimalist"
    STICKER = "sticker"
    PRODUCT = "product"
    COMIC = "comic"
