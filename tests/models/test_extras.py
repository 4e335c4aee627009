"""What ``pip install '.[diffusers]'`` and its like install, as pip reads it in a real wheel."""

import shutil
import subprocess
import sys
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest

from config.version import VERSION

# In the environment with torch it is new enough, and in that of all other tests it may be missing.
pytest.importorskip("setuptools", minversion="77", reason="needs setuptools: make test-diffusers")

pytestmark = pytest.mark.models

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    for package in ("config", "generations"):
        shutil.copytree(ROOT / package, folder / package)
    command = "-m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir built ."
    subprocess.run([sys.executable, *command.split()], cwd=folder, check=True, timeout=120)
    (built,) = folder.glob("built/easel-*.whl")
    with ZipFile(built) as archive:
        yield archive


@pytest.fixture
def metadata(wheel):
    (name,) = (name for name in wheel.namelist() if name.endswith("/METADATA"))
    return Parser().parsestr(wheel.read(name).decode())


@pytest.mark.parametrize(
    ("extra", "packages"),
    [
        ("openai", {"openai"}),
        ("gemini", {"google-genai"}),
        ("diffusers", {"torch", "diffusers", "transformers", "accelerate", "safetensors"}),
    ],
)
def test_an_extra_brings_what_its_provider_imports(metadata, extra, packages):
    assert extra in metadata.get_all("Provides-Extra")
    wanted = [line for line in metadata.get_all("Requires-Dist") if f'extra == "{extra}"' in line]
    assert {line.split(";")[0].split(">")[0].split("<")[0].strip() for line in wanted} == packages


def test_its_version_is_the_products(metadata):
    assert metadata["Version"] == VERSION


def test_no_second_copy_of_easel_is_installed(wheel):
    assert [name for name in wheel.namelist() if ".dist-info/" not in name] == []
