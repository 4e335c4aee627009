"""Jobs that local weights paint, on real PostgreSQL: from the claim to the stored file."""

import pytest
from PIL import Image as Picture

torch = pytest.importorskip("torch", reason="needs torch: make test-diffusers")
pytest.importorskip("diffusers", reason="needs diffusers: make test-diffusers")

from diffusers import StableDiffusionPipeline  # noqa: E402

from generations.models import Status  # noqa: E402
from generations.providers import ErrorCode  # noqa: E402
from generations.worker import runner  # noqa: E402
from tests.factories import GenerationFactory  # noqa: E402

pytestmark = [
    pytest.mark.models,
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:diffusers"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:torch"),
]


@pytest.fixture(autouse=True)
def media(settings, weights, tmp_path):
    """Pictures come from the weights and go to a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    settings.IMAGE_PROVIDERS = {
        "default": {
            "BACKEND": "generations.providers.diffusers.DiffusersProvider",
            "OPTIONS": {"model": str(weights), "steps": 2, "max_pixels": 64 * 64},
        }
    }
    settings.IMAGE_PROVIDER_CHAIN = ["default"]
    return tmp_path


def run(**fields):
    generation = GenerationFactory(**fields)
    runner.run("gpu")
    generation.refresh_from_db()
    return generation


def test_a_job_ends_with_a_picture_of_the_weights(media):
    generation = run(aspect_ratio="1:1")
    assert generation.status == Status.SUCCESS
    assert (generation.provider, generation.model) == ("diffusers", "tiny-diffusion")
    image = generation.output_image
    assert (image.width, image.height, image.mime_type) == (64, 64, "image/png")
    with Picture.open(media / image.key) as picture:
        picture.load()
        assert picture.size == (64, 64)


def test_the_same_prompt_is_stored_as_the_same_bytes():
    first, second = run(prompt="a red car"), run(prompt="a red car")
    assert first.output_image.sha256 == second.output_image.sha256
    assert first.output_image != second.output_image


def test_a_job_that_does_not_fit_fails_at_once_and_the_next_one_is_painted(media, monkeypatch):
    with monkeypatch.context() as gpu:
        gpu.setattr(StableDiffusionPipeline, "__call__", run_out_of_memory)
        failed = run()
    assert failed.status == Status.FAILED
    assert failed.error_code == ErrorCode.PROVIDER_REJECTED
    assert failed.error_message == "The picture does not fit into the memory of the GPU."
    assert (failed.attempt, failed.retry_count, failed.output_image) == (1, 0, None)
    assert [path for path in media.rglob("*") if path.is_file()] == []
    assert run().status == Status.SUCCESS


def run_out_of_memory(pipeline, **arguments):
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")
