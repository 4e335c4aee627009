"""A picture has the size in which a browser shows it, or is refused: what of `make corpus` needs no encoder."""

from pathlib import Path

import pytest

from generations.images.inspection import InvalidImage, inspect_picture
from generations.models import Generation, Status
from generations.worker import runner
from tests.corpus.browser import CHROMIUM, chromium
from tests.corpus.crafted import EXPLAINED, crafted
from tests.corpus.cuts import cuts
from tests.corpus.originals import orientation, scene
from tests.corpus.pillow import made_by_pillow, saved
from tests.factories import GenerationFactory

CRAFTED, PILLOWS = crafted(), dict(made_by_pillow())
# Some of what the encoders of `make corpus` wrote; each file's name ends with the size in which Chromium shows it.
SAMPLES = {path.name: path.read_bytes() for path in (Path(__file__).parents[2] / "corpus/samples").iterdir()}


def inspected(content):
    try:
        picture = inspect_picture(content)
    except InvalidImage:
        return None
    return picture.width, picture.height


@pytest.mark.parametrize("name", CRAFTED)
def test_a_crafted_file_is_as_large_as_a_browser_shows_it(name):
    content, shown = CRAFTED[name]
    assert inspected(content) == EXPLAINED.get(name, (shown, ""))[0]


@pytest.mark.parametrize("name", SAMPLES)
def test_what_an_encoder_wrote_is_as_large_as_a_browser_shows_it(name):
    assert inspected(SAMPLES[name]) == size_in(name)


def size_in(name):
    width, height = name.rpartition(".")[0].rpartition("-")[2].split("x")
    return int(width), int(height)


def test_no_cut_of_them_is_kept():
    """Of Pillow's picture of two, the second one may be gone."""
    whole = {name: content for name, content in (PILLOWS | SAMPLES).items() if b"MPF\0" not in content}
    assert [name for name, content in cuts(whole, 1000) if inspected(content)] == []


@pytest.mark.parametrize("extension", ["jpg", "png", "avif"])
@pytest.mark.parametrize("number", range(1, 9))
def test_orientations_from_five_on_lie_on_their_side(extension, number):
    assert inspected(PILLOWS[f"pillow-turned-{number}.{extension}"]) == ((60, 90) if number >= 5 else (90, 60))


@pytest.mark.parametrize("number", range(1, 9))
def test_no_orientation_turns_a_webp(number):
    assert inspected(PILLOWS[f"pillow-turned-{number}.webp"]) == (90, 60)


@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "avif"])
def test_the_orientation_of_xmp_turns_nothing(extension):
    """Pillow's getexif() would follow it, as nobody else does."""
    assert inspected(PILLOWS[f"pillow-xmp-turned.{extension}"]) == (90, 60)


@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
def test_chromium_itself_shows_these_sizes():
    files = {name: content for name, (content, _) in CRAFTED.items()} | PILLOWS | SAMPLES
    with chromium() as browser:
        shown = {name: answer and answer.size for name, answer in browser.show(files).items()}
    assert {name: shown[name] for name in CRAFTED} == {name: size for name, (_, size) in CRAFTED.items()}
    assert {name: shown[name] for name in SAMPLES} == {name: size_in(name) for name in SAMPLES}
    assert {name: shown[name] for name in PILLOWS} == {name: inspected(content) for name, content in PILLOWS.items()}


@pytest.mark.django_db
def test_a_generation_tells_the_size_of_its_turned_picture(provider, api, project):
    content = saved(scene(), "JPEG", exif=orientation(6))
    provider.answer = staticmethod(lambda request: content)
    generation = GenerationFactory(project=project)
    runner.run("generations")
    assert Generation.objects.get().status == Status.SUCCESS
    image = api.get(f"/api/v1/generations/{generation.pk}").json()["data"]["outputImage"]
    assert (image["width"], image["height"], image["fileSize"]) == (60, 90, len(content))
