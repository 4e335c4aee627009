from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generations.providers import ImageRequest


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny Stable Diffusion, saved as safetensors."""
    from tests.models.tiny_pipeline import save_tiny_pipeline

    return save_tiny_pipeline(tmp_path_factory.mktemp("weights") / "tiny-diffusion")


@pytest.fixture
def asked() -> Callable[..., ImageRequest]:
    """What a provider is asked to paint; a square unless a test says otherwise."""

    def ask(prompt: str = "a red car", *, width: int = 1024, height: int = 1024, **more: Any) -> ImageRequest:
        return ImageRequest(prompt, prompt, "1:1", width, height, **more)

    return ask
