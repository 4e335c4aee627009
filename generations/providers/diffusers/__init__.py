"""Local weights on this machine's own GPU: any text-to-image pipeline of https://huggingface.co/docs/diffusers."""

import gc
import hashlib
import math
import threading
from contextlib import suppress
from typing import Any

import structlog
from PIL import Image

from generations.providers.base import ImageProvider, ImageRequest, ImageResult, ProviderError
from generations.providers.errors import ErrorCode

from .png import encode
from .weights import Weights

log = structlog.get_logger(__name__)

ONCE_AND_AGAIN = 2
# For all weights of a process, which share its GPU: a pipeline counts its steps in itself, and while one is loaded the
# libraries' modules are not themselves.
ONE_AT_A_TIME = threading.Lock()
LATENT_CELL_PX = 8
"""Pipelines refuse sides that 8 does not divide, however small their VAE."""


class DiffusersProvider(ImageProvider):
    """Paints with weights that it loads at its first job, one picture at a time.

    ``model``, ``device``, ``variant``, ``scheduler``, ``attention_slicing`` and ``compile`` are those of Weights.
    ``steps`` and ``guidance`` are the pipeline's own unless given. ``max_pixels`` shrinks what is asked for, for models
    that were trained on less. A ``seed`` holds for every picture; without one, each prompt and size have theirs.
    """

    name = "diffusers"
    queue = "gpu"

    def __init__(
        self,
        model: str = "",
        *,
        steps: int | None = None,
        guidance: float | None = None,
        seed: int | None = None,
        max_pixels: int | None = None,
        **weights: Any,
    ) -> None:
        self._weights = Weights(model, **weights)
        self.model = self._weights.label
        self._seed = seed
        self._max_pixels = max_pixels or math.inf
        wishes = {"num_inference_steps": steps, "guidance_scale": guidance}
        self._wishes = {name: wish for name, wish in wishes.items() if wish is not None}
        self._pipeline: Any = None

    def generate(self, request: ImageRequest) -> ImageResult:
        with ONE_AT_A_TIME:
            request.stop_if_canceled()
            picture = self._paint_or_free(request)
        return ImageResult(encode(picture), self.model)

    def problems(self) -> list[str]:
        return self._weights.problems()

    def _paint_or_free(self, request: ImageRequest) -> Image.Image:
        """Paint one picture; out of memory, free what can be freed and try once more."""
        import torch

        for _ in range(ONCE_AND_AGAIN):
            # Once this block is left, the error's traceback no longer holds the tensors that were too many.
            with suppress(torch.OutOfMemoryError):
                return self._paint(request)
            log.warning("gpu_out_of_memory", width=request.width, height=request.height)
            gc.collect()
            torch.cuda.empty_cache()
        # Rejected rather than unavailable: the same picture needs as much memory at the next attempt.
        message = "The picture does not fit into the memory of the GPU."
        raise ProviderError(message, code=ErrorCode.PROVIDER_REJECTED)

    def _paint(self, request: ImageRequest) -> Image.Image:
        import torch

        pipeline = self._pipeline = self._pipeline or self._weights.load()
        width, height = self._size(request)
        seed = _seed(request.prompt, width, height) if self._seed is None else self._seed

        def report(pipeline: Any, step: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            request.report_progress((step + 1) / pipeline.num_timesteps)
            request.stop_if_canceled()
            return tensors

        output = pipeline(
            prompt=request.prompt,
            width=width,
            height=height,
            generator=torch.Generator("cpu").manual_seed(seed),  # the same noise whatever the device
            callback_on_step_end=report,
            **self._wishes,
        )
        return _picture(output)

    def _size(self, request: ImageRequest) -> tuple[int, int]:
        """What is asked for, within ``max_pixels``, in whole cells of the pipeline's latents."""
        cell = math.lcm(LATENT_CELL_PX, self._pipeline.image_processor.config.vae_scale_factor)
        shrink = min(1, math.sqrt(self._max_pixels / (request.width * request.height)))
        width, height = (max(1, int(side * shrink) // cell) * cell for side in (request.width, request.height))
        return width, height


def _seed(prompt: str, width: int, height: int) -> int:
    text = f"{width}x{height} {prompt}"
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8])


def _picture(output: Any) -> Image.Image:
    """The one picture of a pipeline's output, unless its safety checker has blackened it."""
    if any(getattr(output, "nsfw_content_detected", None) or []):
        raise ProviderError("The model's safety checker held the picture back.", code=ErrorCode.CONTENT_BLOCKED)
    picture: Image.Image = output.images[0]
    return picture
