"""The sizes that hosted models offer, and which of them comes nearest to what was asked for."""

import math

# By the beginning of a model's name. A model that is not listed here paints any size, or says what it does not.
OFFERS: dict[str, tuple[str, ...]] = {
    "gpt-image-1": ("1024x1024", "1536x1024", "1024x1536"),
    "chatgpt-image": ("1024x1024", "1536x1024", "1024x1536"),
    "dall-e-3": ("1024x1024", "1792x1024", "1024x1792"),
    "dall-e-2": ("1024x1024",),
    # Each generation has its own pixels; the ratios are common to all.
    "recraft": ("1:1", "2:1", "1:2", "3:2", "2:3", "16:9", "9:16"),
}


def nearest_size(model: str, width: int, height: int) -> str:
    """What to ask ``model`` for: the offer of the nearest ratio, or the size itself."""
    name = model.rpartition("/")[2]  # gateways put the vendor in front: openai/gpt-image-1
    offers = next((offers for start, offers in OFFERS.items() if name.startswith(start)), None)
    if offers is None:
        return f"{width}x{height}"
    return min(offers, key=lambda offer: abs(math.log(ratio(offer) * height / width)))


def ratio(size: str) -> float:
    width, height = size.replace(":", "x").split("x")
    return int(width) / int(height)
