"""What keeps the diffusers provider from working is said at start, by a check that imports no library."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from generations.providers.diffusers import DiffusersProvider
from tests.client import GENERATIONS

ROOT = Path(__file__).resolve().parents[2]
EXTRA = ("torch", "diffusers", "transformers", "accelerate", "safetensors")


@pytest.fixture
def extra(tmp_path, monkeypatch):
    """A place where the extra is installed, as far as can be seen from outside: to import any of it fails."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    for name in EXTRA:
        (folder / f"{name}.py").write_text("raise AssertionError('imported')")
    monkeypatch.syspath_prepend(folder)
    return folder


@pytest.fixture
def weights(tmp_path):
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "model_index.json").write_text("{}")
    return folder


def test_a_missing_extra_names_the_command(monkeypatch):
    for name in EXTRA:
        monkeypatch.setitem(sys.modules, name, None)  # what Python keeps of a module that is not there
    (problem,) = DiffusersProvider("owner/name").problems()
    assert problem == (
        "Not installed: torch, diffusers, transformers, accelerate, safetensors. "
        "In Easel's folder: .venv/bin/pip install '.[diffusers]'"
    )


def test_missing_weights_name_the_setting(extra, tmp_path):
    assert DiffusersProvider().problems() == [
        "No weights. Set DIFFUSERS_MODEL to a folder or to a model's name on the Hugging Face Hub."
    ]
    assert DiffusersProvider(str(tmp_path)).problems() == [
        f"No weights in {tmp_path}. Set DIFFUSERS_MODEL to a folder that has a model_index.json."
    ]


def test_a_folder_with_weights_and_a_name_on_the_hub_will_do(extra, weights):
    assert DiffusersProvider(str(weights)).problems() == []
    assert DiffusersProvider("owner/name").problems() == []


def test_an_option_that_does_not_exist_is_refused():
    with pytest.raises(TypeError, match="sampler"):
        DiffusersProvider("owner/name", sampler="Euler")


def test_the_check_at_start_imports_nothing_of_it(extra, weights, tmp_path):
    assert check(extra, weights, tmp_path) == (0, "System check identified no issues (0 silenced).\n", "")


@pytest.mark.skipif("torch" in sys.modules, reason="imported by another test of this process")
def test_a_request_imports_nothing_of_it(extra, weights, settings, api):
    options = {"model": str(weights)}
    diffusers = {"BACKEND": "generations.providers.diffusers.DiffusersProvider", "OPTIONS": options}
    settings.IMAGE_PROVIDERS, settings.IMAGE_PROVIDER_CHAIN = {"default": diffusers}, ["default"]
    assert api.post(GENERATIONS, {"prompt": "a red car"}).status_code == 201
    assert api.get(GENERATIONS).json()["data"][0]["status"] == "pending"
    assert sys.modules.keys().isdisjoint(EXTRA)


def test_the_check_at_start_fails_without_weights(extra, weights, tmp_path):
    (weights / "model_index.json").unlink()
    status, _, errors = check(extra, weights, tmp_path)
    assert status == 1
    assert "(generations.E005) Image provider 'default': No weights in " in errors


def check(extra, weights, tmp_path):
    """Run ``manage.py check`` where painting is left to these weights."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.models.settings",
        "DATA_DIR": str(tmp_path / "data"),
        "PYTHONPATH": str(extra),
        "TEST_WEIGHTS": str(weights),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], check=False, cwd=ROOT, env=environment, capture_output=True, text=True
    )
    return done.returncode, done.stdout, done.stderr
