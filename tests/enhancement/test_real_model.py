"""The enhancer against ``transformers serve``, a real server with a real language model, small and random.

What it says makes no sense; the protocol, the time limit and the fallback are what is proven.
"""

import sys
import urllib.request
from pathlib import Path

import pytest

pytest.importorskip("transformers", reason="needs transformers: make test-diffusers")

from enhancement import Template, enhance
from enhancement.enhancers.rules import RulesEnhancer
from tests.enhancement.tiny_chat_model import SAYS_WORDS, WORDS, save_tiny_chat_model
from tests.servers.process import HOST, Server

pytestmark = [
    pytest.mark.models,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

PROMPT = "a red fox"
FROM_THE_RULES = RulesEnhancer().enhance(PROMPT, Template.COMIC)


class TransformersServer(Server):
    """``transformers serve`` with the tiny model."""

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    def prepare(self, folder: Path) -> list[str]:
        self.model = str(save_tiny_chat_model(folder / "tiny-chat"))
        program = str(Path(sys.executable).with_name("transformers"))
        return [program, "serve", self.model, "--host", HOST, "--port", str(self.port), "--device", "cpu"]

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/health", timeout=1) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@pytest.fixture(scope="module")
def server():
    with TransformersServer() as server:
        yield server


@pytest.fixture
def hire_model(settings, server):
    """Configure the model as an operator with a server of their own does: by its address and name, without a key."""

    def hire_model(timeout_s: float = 60.0) -> None:
        options = {"base_url": f"{server.address}/v1", "model": server.model, "timeout_s": timeout_s}
        backend = "enhancement.enhancers.openai.OpenAIEnhancer"
        settings.PROMPT_ENHANCERS = {"default": {"BACKEND": backend, "OPTIONS": options}}
        settings.ENHANCEMENT_TIMEOUT_S = timeout_s

    return hire_model


def test_a_real_model_answers(hire_model, server):
    hire_model()
    enhancement = enhance(PROMPT, "comic")
    assert (enhancement.fallback_reason, enhancement.enhancer) == ("", f"openai:{server.model}@1")
    said = enhancement.prompt.split()
    assert len(said) >= SAYS_WORDS
    assert set(said) <= set(WORDS)
    assert enhance(PROMPT, "comic").prompt == enhancement.prompt


def test_its_answer_is_checked_like_any_other(hire_model):
    hire_model()
    enhancement = enhance("@logo on a mug", "comic")
    assert (enhancement.enhancer, enhancement.fallback_reason) == ("rules", "openai: lost an alias")
    assert "@logo" in enhancement.prompt


def test_the_rules_take_over_when_it_is_too_slow(hire_model):
    hire_model(timeout_s=0.001)
    enhancement = enhance(PROMPT, "comic")
    assert (enhancement.prompt, enhancement.fallback_reason) == (FROM_THE_RULES, "openai: no answer within 0.001 s")


def test_the_rules_take_over_when_it_dies(hire_model, server):
    """The last test here: nobody needs the server afterwards."""
    hire_model()
    assert enhance(PROMPT, "comic").fallback_reason == ""
    server.kill()
    enhancement = enhance(PROMPT, "comic")
    assert enhancement.prompt == FROM_THE_RULES
    assert enhancement.fallback_reason in {"openai: not reachable", "openai: the connection broke off"}
