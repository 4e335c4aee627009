"""Providers for tests: each does one thing."""

import os
import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any

from PIL import Image

from generations.providers import ErrorCode, ImageProvider, ImageRequest, ImageResult, ProviderError


def png(width: int = 8, height: int = 8) -> bytes:
    return encode("PNG", width, height)


def encode(image_format: str, width: int = 8, height: int = 8, **options: Any) -> bytes:
    file = BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, image_format, **options)
    return file.getvalue()


class Painter(ImageProvider):
    """Answers with a tiny PNG."""

    name = "painter"

    def generate(self, request: ImageRequest) -> ImageResult:
        return ImageResult(png(), "tiny")


class Scripted(ImageProvider):
    """Calls what the test set for it; ``calls`` counts."""

    name = "scripted"
    answer: Callable[[ImageRequest], bytes] = staticmethod(lambda request: png())
    calls = 0

    def generate(self, request: ImageRequest) -> ImageResult:
        type(self).calls += 1
        return ImageResult(type(self).answer(request), "script")


class Slow(Painter):
    """May take a minute."""

    name = "slow"
    longest_s = 60


class Spare(Scripted):
    """A second one with answers of its own."""

    name = "spare"
    calls = 0


class Picky(Painter):
    """Makes squares only."""

    name = "picky"

    def can_paint(self, request: ImageRequest) -> bool:
        return request.aspect_ratio == "1:1"


class OnGpu(Painter):
    """Has workers of its own."""

    name = "on-gpu"
    queue = os.environ.get("TEST_GPU_QUEUE", "gpu")  # RabbitMQ is shared by all tests of a run


class Keyless(Painter):
    """Lacks a key, an extra, …: whatever the options say."""

    name = "keyless"

    def __init__(self, problem: str = "there is no key; set ACME_API_KEY") -> None:
        self._problem = problem

    def problems(self) -> list[str]:
        return [self._problem]


class Prompted(ImageProvider):
    """Does what the prompt says, for workers that run in processes of their own."""

    name = "prompted"

    def generate(self, request: ImageRequest) -> ImageResult:
        match request.original_prompt.split(":")[0]:
            case "hang":
                threading.Event().wait()
            case "slow":
                threading.Event().wait(float(request.original_prompt.split(":")[1]))
            case "patient":
                while not request.canceled():
                    threading.Event().wait(0.05)
                request.stop_if_canceled()
            case "steps":
                for step in range(1, 600):
                    threading.Event().wait(0.05)
                    request.report_progress(step / 600)
                    request.stop_if_canceled()
            case "garbage":
                return ImageResult(b"<html>502 Bad Gateway</html>", "prompt")
            case "blocked":
                raise ProviderError("The image service refused the prompt.", code=ErrorCode.CONTENT_BLOCKED)
            case "down":
                raise ProviderError("The image service is not reachable.", code=ErrorCode.PROVIDER_UNAVAILABLE)
        return ImageResult(png(), "prompt")
