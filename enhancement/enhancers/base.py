"""What every prompt enhancer is: one class, a short prompt in, a better one out."""

from abc import ABC, abstractmethod

from enhancement.templates import Template


class EnhancementError(Exception):
    """An enhancer could not answer. The message goes to the log, so it never quotes the prompt or the answer."""

    is_outage = True
    """False where only this prompt went wrong, so that nobody can shut an enhancer down for others with bad prompts."""


class PromptRefused(EnhancementError):
    """The enhancer is well, and did not take this prompt."""

    is_outage = False


class PromptEnhancer(ABC):
    """A way to better prompts.

    Built once per process from ``PROMPT_ENHANCERS[alias]["OPTIONS"]`` and shared by its threads.
    Building one must not use the network: only ``enhance`` runs under the time limit.
    """

    name: str
    """Short and stable; kept in logs."""

    is_local: bool = False
    """True if it answers from memory at once; others are run under the time limit ``ENHANCEMENT_TIMEOUT_S``."""

    @property
    def label(self) -> str:
        """What is kept on each row: the name, and the model and version where there are any."""
        return self.name

    @abstractmethod
    def enhance(self, prompt: str, template: Template) -> str:
        """Return an English prompt of one paragraph, or raise EnhancementError."""

    def problems(self) -> list[str]:
        """What keeps this enhancer from working, each with the command or setting that mends it; for system checks."""
        return []
