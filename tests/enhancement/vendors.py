"""The enhancers that ask a server, each with a loopback server that speaks its vendor's protocol."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# Read now, so that no test's time limit has to bear it.
import google.genai  # noqa: F401
import openai  # noqa: F401

from enhancement.enhancers.base import PromptEnhancer
from enhancement.enhancers.gemini import GeminiEnhancer
from enhancement.enhancers.openai import OpenAIEnhancer
from tests.peers import gemini_text, openai_chat
from tests.peers.server import Answer, Asked


@dataclass(frozen=True)
class Vendor:
    """How one vendor is configured and answered for, and where it finds what it is told."""

    enhancer: type[PromptEnhancer]
    key: str
    model: str
    url: Callable[[str], str]
    says: Callable[[str], Answer]
    refuses: Callable[[], Answer]
    fails: Callable[..., Answer]
    system: Callable[[Asked], Any]
    user: Callable[[Asked], Any]

    @property
    def name(self) -> str:
        return self.enhancer.name

    def options(self, address: str, timeout_s: float) -> dict[str, Any]:
        return {"model": self.model, "api_key": self.key, "base_url": self.url(address), "timeout_s": timeout_s}


OPENAI = Vendor(
    enhancer=OpenAIEnhancer,
    key="sk-test-secret",
    model="gpt-5.4-mini",
    url=lambda address: f"{address}/v1",
    says=openai_chat.completion,
    refuses=lambda: openai_chat.completion(None, refusal="I'm sorry, I can't help with that."),
    fails=openai_chat.error,
    system=lambda asked: asked.document["messages"][0]["content"],
    user=lambda asked: asked.document["messages"][1]["content"],
)
GEMINI = Vendor(
    enhancer=GeminiEnhancer,
    key="AIza-secret",
    model="gemini-3.5-flash-lite",
    url=str,
    says=gemini_text.content,
    refuses=lambda: gemini_text.blocked("PROHIBITED_CONTENT"),
    fails=gemini_text.error,
    system=lambda asked: asked.document["systemInstruction"]["parts"][0]["text"],
    user=lambda asked: asked.document["contents"][0]["parts"][0]["text"],
)
VENDORS = [OPENAI, GEMINI]
