"""Makes sketches and looks at them."""

import io

import numpy as np
from PIL import Image

from generations.providers.base import ImageRequest
from generations.providers.sketch import SketchProvider

SQUARE = (256, 256)


def sketch(prompt: str, size: tuple[int, int] = SQUARE, *, enhanced: str | None = None) -> bytes:
    """The bytes that the provider makes of a prompt."""
    width, height = size
    request = ImageRequest(enhanced or prompt, prompt, "1:1", width, height)
    return SketchProvider().generate(request).content


def opened(content: bytes) -> Image.Image:
    """The picture in the bytes, decoded to its last row."""
    picture = Image.open(io.BytesIO(content), formats=["PNG"])
    picture.load()
    return picture


def mean_of(content: bytes, rows: tuple[int, int] = (0, 64)) -> tuple[float, float, float]:
    """Mean red, green and blue of some rows of a 256-pixel picture: of the sky, or above the caption."""
    red, green, blue = np.asarray(opened(content))[slice(*rows)].mean(axis=(0, 1))
    return red, green, blue
