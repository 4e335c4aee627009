"""Enhancers that do what a vendor's may do on a bad day."""

import time
from threading import Event
from typing import Any

from enhancement import EnhancementError, Template
from enhancement.enhancers.base import PromptEnhancer


class Answering(PromptEnhancer):
    """Answers from afar with what it is told to."""

    name = "answering"

    def __init__(self, answer: Any = "A far better prompt than the last one.") -> None:
        self.answer = answer

    def enhance(self, prompt: str, template: Template) -> str:
        return self.answer  # type: ignore[no-any-return]  # the vendor promised a text


class AnsweringWithTemplate(Answering):
    def enhance(self, prompt: str, template: Template) -> str:
        return f"{template} of {prompt}"


class Local(Answering):
    is_local = True


class Down(Answering):
    def enhance(self, prompt: str, template: Template) -> str:
        raise EnhancementError("the vendor answered 503")


class Buggy(Answering):
    def enhance(self, prompt: str, template: Template) -> str:
        raise RuntimeError(f"could not parse {prompt!r}")


class LocalAndBuggy(Buggy):
    is_local = True


class Slow(Answering):
    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds

    def enhance(self, prompt: str, template: Template) -> str:
        time.sleep(self.seconds)
        return super().enhance(prompt, template)


class Hanging(Answering):
    """Never answers before it is let go."""

    def __init__(self, let_go: Event) -> None:
        self.let_go = let_go

    def enhance(self, prompt: str, template: Template) -> str:
        self.let_go.wait(timeout=10)
        return "Too late."


class Unbuildable(Answering):
    def __init__(self, answer: Any = "") -> None:
        raise RuntimeError("no such model")


class Troubled(Answering):
    def problems(self) -> list[str]:
        return ["no API key: set VENDOR_API_KEY", "no region: set VENDOR_REGION"]


class Unfinished(PromptEnhancer):
    """Lacks enhance()."""


class NoEnhancer:
    """No PromptEnhancer at all."""


STRANGER = "no class at all"
