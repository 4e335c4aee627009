"""The offline provider: a deterministic drawing that follows the words of the prompt."""

import hashlib

import numpy as np
from PIL import Image, ImageChops, features

from generations.providers.base import ImageProvider, ImageRequest, ImageResult

from .canvas import Canvas
from .caption import paint_caption
from .png import encode
from .reading import read, words_of
from .scene import paint


class SketchProvider(ImageProvider):
    """Draws a preview on this machine: no network, no model, and the same bytes for the same prompt and size."""

    name = "sketch"

    def generate(self, request: ImageRequest) -> ImageResult:
        """Draw what the prompt names and sign it as a sketch; never raises ProviderError."""
        random = np.random.default_rng(_seed(request))
        canvas = Canvas(request.width, request.height, random)
        paint(canvas, read(request.original_prompt, request.prompt), words_of(request.original_prompt))
        picture = _grained(canvas.image, random)
        paint_caption(picture, request.original_prompt)
        return ImageResult(content=encode(np.asarray(picture)), model=self.name)

    def problems(self) -> list[str]:
        """A Pillow built without FreeType cannot write the caption."""
        if features.check("freetype2"):
            return []
        return ["Pillow was built without FreeType: `pip install --force-reinstall --only-binary :all: pillow`."]


def _seed(request: ImageRequest) -> int:
    text = f"{request.width}x{request.height} {request.prompt}"
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())


def _grained(image: Image.Image, random: np.random.Generator) -> Image.Image:
    """Paper grain: it hides the steps in smooth gradients, which eyes would see."""
    speckles = Image.fromarray(random.integers(0, 3, size=(image.height, image.width), dtype=np.uint8))
    return ImageChops.add(image, Image.merge("RGB", [speckles] * 3), offset=-1)
