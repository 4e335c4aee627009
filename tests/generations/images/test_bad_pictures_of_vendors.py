"""A vendor's picture comes to the same inspection, as base64 or behind a link, and what it says reaches the caller."""

from random import Random

import pytest

from generations.images.models import Image, StorageIntent
from generations.models import Status
from generations.providers import ErrorCode
from generations.worker import runner
from tests.factories import GenerationFactory
from tests.generations.images.bad_pictures import enormous, png_with
from tests.peers import gemini_images, openai_images
from tests.peers.server import Answer, Peer

pytestmark = pytest.mark.django_db

BAD = {
    "enormous": (png_with(width=100_000, height=100_000), "The provider's image has too many pixels."),
    "another format": (enormous("GIF"), "The provider's image is a GIF; PNG, JPEG, WebP and AVIF are kept."),
    "cut off": (png_with()[:-4], "The provider's image is cut off."),
    "noise": (Random(5).randbytes(2_000), "The provider's answer is not an image."),
}
VENDORS = {
    "openai": ("openai.OpenAIProvider", "/v1", {}),
    "gemini": ("gemini.GeminiProvider", "", {}),
    "imagen": ("gemini.GeminiProvider", "", {"model": "imagen-4.0-generate-001"}),
}


@pytest.fixture
def peer():
    with Peer().running() as peer:
        yield peer


@pytest.fixture
def work(peer, settings):
    """Do a generation's only attempt with this vendor, at the peer's address."""
    settings.MAX_RETRIES = 0
    settings.IMAGE_PROVIDER_CHAIN = ["vendor"]

    def work(vendor):
        name, path, more = VENDORS[vendor]
        options = {"base_url": peer.url + path, "api_key": "a-key-of-some-length", "timeout_s": 5, **more}
        settings.IMAGE_PROVIDERS = {"vendor": {"BACKEND": f"generations.providers.{name}", "OPTIONS": options}}
        generation = GenerationFactory()
        runner.run("generations")
        generation.refresh_from_db()
        return generation

    return work


def answers(vendor, peer, content):
    match vendor:
        case "openai":
            return [openai_images.picture(content)]
        case "gemini":
            return [gemini_images.picture(gemini_images.inline(content))]
        case "imagen":
            return [gemini_images.imagen(content)]
    return [openai_images.link(f"{peer.url}/fox.png"), Answer(content, content_type="image/png")]


@pytest.mark.filterwarnings("ignore:The generate_images method is deprecated")
@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("way", ["openai", "link", "gemini", "imagen"])
def test_a_bad_picture_of_a_vendor_fails_the_job_and_leaves_nothing(work, peer, files, way, bad):
    content, sentence = BAD[bad]
    peer.answers(*answers(way, peer, content))
    generation = work("openai" if way == "link" else way)
    assert (generation.status, generation.error_code) == (Status.FAILED, ErrorCode.INVALID_IMAGE)
    assert generation.error_message == sentence
    assert files() == []
    assert not Image.objects.exists()
    assert not StorageIntent.objects.exists()
