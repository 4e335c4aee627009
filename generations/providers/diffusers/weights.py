"""Weights on disk or on the Hugging Face Hub, and the pipeline that is made of them."""

import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import structlog

from generations.providers.base import ProviderError
from generations.providers.errors import ErrorCode

log = structlog.get_logger(__name__)

EXTRA = ("torch", "diffusers", "transformers", "accelerate", "safetensors")


@dataclass(frozen=True, slots=True)
class Weights:
    """Which weights, and how they are to run; nothing is imported or read before ``load``.

    ``model`` is a folder with a ``model_index.json``, read without any network, or a name on the Hub (``owner/name``).
    ``device`` is the GPU where there is one, ``scheduler`` the name of a class of diffusers. ``attention_slicing``
    needs less memory and more time; ``compile`` makes the first picture of each size slow and the others faster.
    """

    model: str
    device: str = ""
    variant: str = ""
    scheduler: str = ""
    attention_slicing: bool = False
    compile: bool = False

    @property
    def folder(self) -> Path | None:
        """None for a name on the Hub."""
        path = Path(self.model).expanduser()
        is_meant = self.model.startswith(("/", ".", "~")) or self.model.count("/") > 1
        return path if is_meant or (self.model and path.is_dir()) else None

    @property
    def label(self) -> str:
        """What they are called; of a folder only its own name, for this goes into the row."""
        return self.folder.name if self.folder else self.model

    def problems(self) -> list[str]:
        """Found out without importing torch: it takes seconds, and memory that a web process never needs."""
        if missing := [name for name in EXTRA if find_spec(name) is None]:
            return [f"Not installed: {', '.join(missing)}. In Easel's folder: .venv/bin/pip install '.[diffusers]'"]
        if not self.model:
            return ["No weights. Set DIFFUSERS_MODEL to a folder or to a model's name on the Hugging Face Hub."]
        if self.folder and not (self.folder / "model_index.json").is_file():
            return [f"No weights in {self.folder}. Set DIFFUSERS_MODEL to a folder that has a model_index.json."]
        return []

    def load(self) -> Any:
        """The pipeline, in bfloat16 on its device, or ProviderError."""
        import torch

        began = time.monotonic()
        try:
            pipeline = self._read().to(self.device or _best_device())
        except torch.OutOfMemoryError:
            raise
        except Exception as error:
            # Missing files, a foreign format, no such scheduler or device: the libraries raise whatever they like.
            log.exception("model_not_loaded", model=self.model)
            raise ProviderError("The model could not be loaded.", code=ErrorCode.PROVIDER_UNAVAILABLE) from error
        seconds = round(time.monotonic() - began, 1)
        log.info("model_loaded", model=self.label, device=str(pipeline.device), seconds=seconds)
        return pipeline

    def _read(self) -> Any:
        import diffusers
        import torch

        _silence_libraries()
        pipeline = diffusers.DiffusionPipeline.from_pretrained(
            str(self.folder or self.model),
            dtype=torch.bfloat16,
            variant=self.variant or None,
            use_safetensors=True,  # the older formats run code when they are read
            local_files_only=self.folder is not None,
        )
        if self.scheduler:
            pipeline.scheduler = getattr(diffusers, self.scheduler).from_config(pipeline.scheduler.config)
        if self.attention_slicing:
            pipeline.enable_attention_slicing()
        if self.compile:
            (getattr(pipeline, "transformer", None) or pipeline.unet).compile()
        pipeline.set_progress_bar_config(disable=True)
        return pipeline


def _silence_libraries() -> None:
    """Their bars are for terminals, and their warnings quote the prompts that they cut."""
    import diffusers.utils.logging
    import transformers.utils.logging

    for library in (diffusers, transformers):
        library.utils.logging.disable_progress_bar()
        library.utils.logging.set_verbosity_error()


def _best_device() -> str:
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"
