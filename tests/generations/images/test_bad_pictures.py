"""Bombs and a thousand broken pictures: refused or kept, and nothing else; and what that may cost in memory."""

import json
import os
import subprocess
import sys

import pytest

from generations.images.inspection import InvalidImage, inspect_picture
from generations.images.models import Image, StorageIntent
from generations.models import Status
from generations.providers import ErrorCode
from generations.worker import runner
from tests.factories import GenerationFactory
from tests.generations.images.bad_pictures import bombs, enormous, malformed

MOST_MB = 300
HARMLESS = {
    # Nothing of them is decoded or kept in memory, here or later.
    "png with zTXt of 500 MB",
    "png with iTXt of 500 MB",
    "png with iCCP of 500 MB",
    "png with 200 zTXt of 1 MB",
    "png with 100,000 chunks",
    "png with a chunk of 20 MB",
    "png of 2³¹ frames",
    "apng of 2,000 frames",
    "webp of 2,000 frames",
    "avif of 100 frames",
}


def inspect_elsewhere(folder, pictures):
    folder.mkdir()
    names = {}
    for number, (name, content) in enumerate(pictures):
        names[f"{number:05}"] = name
        (folder / f"{number:05}").write_bytes(content)
    command = [sys.executable, "-m", "tests.generations.images.inspecting", str(folder)]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert done.stderr == ""
    report = json.loads(done.stdout)
    return report["peak_mb"], {names[file]: verdict for file, verdict in report["verdicts"].items()}


def test_bombs_are_refused_or_harmless_and_take_no_memory(tmp_path):
    peak_mb, verdicts = inspect_elsewhere(tmp_path / "bombs", bombs())
    kept = {name for name, verdict in verdicts.items() if verdict == "kept"}
    assert {name: verdict for name, verdict in verdicts.items() if not verdict.startswith(("kept", "refused: "))} == {}
    assert kept == HARMLESS
    assert peak_mb < MOST_MB


def test_a_thousand_malformed_pictures_are_refused_or_kept_and_nothing_else(tmp_path):
    peak_mb, verdicts = inspect_elsewhere(tmp_path / "malformed", malformed(1000))
    assert len(verdicts) == 1000
    assert {name: verdict for name, verdict in verdicts.items() if not verdict.startswith(("kept", "refused: "))} == {}
    assert sum(verdict.startswith("refused") for verdict in verdicts.values()) > 500
    assert peak_mb < MOST_MB


@pytest.mark.django_db
@pytest.mark.parametrize("number", range(0, 1000, 40))
def test_a_worker_that_gets_one_fails_its_job_and_stores_nothing(provider, files, number, settings):
    (content,) = [content for _, content in list(malformed(number + 1))[number:]]
    fate = kept_or_refused(content)
    settings.MAX_RETRIES = 0
    provider.answer = staticmethod(lambda request: content)
    generation = work()
    if fate == "kept":
        assert (generation.status, files()) == (Status.SUCCESS, [generation.output_image.key])
    else:
        assert_failed(generation, ErrorCode.INVALID_IMAGE, fate)
        assert files() == []


@pytest.mark.django_db
@pytest.mark.parametrize("image_format", ["JPEG", "WEBP", "AVIF", "GIF"])
def test_a_worker_that_gets_a_bomb_fails_its_job_and_stores_nothing(provider, files, image_format, settings):
    settings.MAX_RETRIES = 0
    provider.answer = staticmethod(lambda request: enormous(image_format))
    assert_failed(work(), ErrorCode.INVALID_IMAGE, kept_or_refused(enormous(image_format)))
    assert files() == []


def work():
    generation = GenerationFactory()
    runner.run("generations")
    generation.refresh_from_db()
    return generation


def kept_or_refused(content):
    try:
        inspect_picture(content)
    except InvalidImage as refused:
        return str(refused)
    return "kept"


def assert_failed(generation, code, message):
    assert (generation.status, generation.error_code, generation.error_message) == (Status.FAILED, code, message)
    assert not Image.objects.exists()
    assert not StorageIntent.objects.exists()
