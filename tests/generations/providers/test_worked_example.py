"""CONTRIBUTING.md's worked example: its file, its test and its setting work as they are printed."""

import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from config.settings.environment import Env
from config.settings.image_providers import image_providers
from generations.checks import check_provider
from generations.providers import ErrorCode, build_provider

ROOT = Path(__file__).resolve().parents[3]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text()
PROVIDER, TEST = re.findall(r"```python\n(.+?)```", GUIDE, re.DOTALL)
(SETTING,) = re.findall(r"^IMAGE_PROVIDERS=(.+)$", GUIDE, re.MULTILINE)


def module(name: str, source: str) -> ModuleType:
    made = ModuleType(name)
    exec(compile(source, name, "exec"), made.__dict__)
    return made


@pytest.fixture(autouse=True)
def acme(monkeypatch):
    name = "generations.providers.acme"
    monkeypatch.setitem(sys.modules, name, module(name, PROVIDER))


@pytest.fixture
def example():
    return module("test_acme", TEST)


def test_its_test_passes(example, peer, ask):
    example.test_a_picture_comes(peer, ask)
    example.test_a_refusal_has_its_code(peer, ask, 451, ErrorCode.CONTENT_BLOCKED)
    example.test_a_refusal_has_its_code(peer, ask, 503, ErrorCode.PROVIDER_UNAVAILABLE)
    assert len([name for name in vars(example) if name.startswith("test_")]) == 2


def test_its_setting_is_enough(settings):
    env = Env({"IMAGE_PROVIDERS": SETTING})
    providers, chain = image_providers(env, {"openai": "", "gemini": ""})
    assert chain == ["acme"]
    settings.IMAGE_PROVIDERS = providers
    assert build_provider(providers["default"]).name == "acme"
    assert check_provider("acme", providers["acme"]) == []


def test_without_a_key_it_says_what_mends_it():
    (error,) = check_provider("sketch", {"BACKEND": "generations.providers.acme.AcmeProvider"})
    assert error.msg.endswith("there is no key; set api_key in its OPTIONS")


@pytest.mark.parametrize(
    ("path", "source"),
    [("generations/providers/acme.py", PROVIDER), ("tests/generations/providers/test_acme.py", TEST)],
)
@pytest.mark.parametrize("command", [["format", "--check"], ["check", "--ignore=I001"]], ids=" ".join)
def test_it_is_written_as_the_house_writes(path, source, command):
    """But for the order of imports, for which acme.py would have to be there."""
    ruff = [sys.executable, "-m", "ruff", *command, "--stdin-filename", path, "-"]
    subprocess.run(ruff, input=source, text=True, cwd=ROOT, check=True, capture_output=True)
