"""A provider that costs nothing, so that what a job costs is Easel's own."""

from io import BytesIO

from PIL import Image

from generations.providers import ImageProvider, ImageRequest, ImageResult


class NullProvider(ImageProvider):
    """Answers with the same small picture at once."""

    name = "null"

    def __init__(self) -> None:
        self._content = tiny_png()

    def generate(self, request: ImageRequest) -> ImageResult:
        return ImageResult(content=self._content, model="null")


def tiny_png() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (64, 64), "teal").save(buffer, "PNG")
    return buffer.getvalue()
