"""A provider that writes down each call before it answers, where no kill -9 can undo it."""

import os
import threading
from pathlib import Path
from random import Random

from generations.providers import ErrorCode, ImageProvider, ImageRequest, ImageResult, ProviderError
from tests.providers import encode


class Recorded(ImageProvider):
    """Does what the prompt says: ``slow:SECONDS:…`` lasts, ``held:…`` waits for the gate, ``once:…`` fails once."""

    name = "recorded"

    def __init__(self, record: str, side: int = 8) -> None:
        self._record, self._content = Path(record), noise(side) if side > 8 else encode("PNG")

    def generate(self, request: ImageRequest) -> ImageResult:
        before = calls(self._record).count(request.original_prompt)
        note(self._record, request.original_prompt)
        kind, _, rest = request.original_prompt.partition(":")
        if kind == "slow":
            threading.Event().wait(float(rest.partition(":")[0]))
        while kind == "held" and not gate(self._record).exists():
            threading.Event().wait(0.05)
        if kind == "once" and not before:
            raise ProviderError("The image service answered without an image.", code=ErrorCode.NO_IMAGE_RETURNED)
        return ImageResult(self._content, "recorded")


def note(record: Path, prompt: str) -> None:
    """One write at the file's end, whole beside those of other processes."""
    descriptor = os.open(record, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(descriptor, f"{prompt}\n".encode())
    finally:
        os.close(descriptor)


def gate(record: Path) -> Path:
    """The file without which those that are held do not go on."""
    return record.with_name("gate")


def calls(record: Path) -> list[str]:
    """The prompts of all calls so far."""
    return record.read_text().splitlines() if record.exists() else []


def noise(side: int) -> bytes:
    """A picture that does not get smaller: three bytes a pixel."""
    from io import BytesIO

    from PIL import Image

    file = BytesIO()
    Image.frombytes("RGB", (side, side), Random(0).randbytes(3 * side * side)).save(file, "PNG")
    return file.getvalue()
