"""What every prompt enhancer is: one class, a short prompt in, a better one out."""

from abc import ABC, abstractmethod

from enhancement.templates import Template


class EnhancementError(Exception):
    """An enhancer could not answer. The message goes to the log, so it never quotes the prompt or the answer."""


class PromptEnhancer(ABC):
    """A way to better prompts.

    Built once per process from ``PROMPT_ENHANCERS[alias]["OPTIONS"]`` and shared by its threads.
    Building one must not use the network: only ``enhance`` runs under the time limit.
    """

    name: str
    """Short and stable; kept in logs."""

    is_local: bool = False
    """True if it answers from memory at once; others are run under the time limit ``ENHANCEMENT_TIMEOUT_S``."""

    @abstractmethod
    def enhance(self, prompt: str, template: Template) -> str:
        """Return an English prompt of one paragraph, or raise EnhancementError."""

    def problems(self) -> list[str]:
        """What keeps this enhancer from working, each with the command or setting that mends it; for system checks."""
        return []
