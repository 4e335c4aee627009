"""Enhance a prompt, whatever the configured enhancer does."""

import structlog
from django.conf import settings

from enhancement.answers import sound
from enhancement.configuration import configured_enhancer
from enhancement.deadline import calls
from enhancement.enhancers.base import EnhancementError, PromptEnhancer
from enhancement.enhancers.rules import RulesEnhancer
from enhancement.templates import Template

logger = structlog.get_logger(__name__)
rules = RulesEnhancer()


def enhance(prompt: str, template: Template | str) -> str:
    """Return the prompt enhanced towards the template, within ``ENHANCEMENT_TIMEOUT_S`` seconds.

    The rules take the place of an enhancer that is slow, fails or answers nonsense.
    Only a template that is not one of the seven is refused, with ValueError.
    """
    template = Template(template)
    enhancer: PromptEnhancer | None = None
    try:
        enhancer = configured_enhancer()
        return sound(_ask(enhancer, prompt, template), prompt)
    except Exception as error:  # noqa: BLE001 - a vendor's client may raise anything, and a POST never fails for it
        _warn(enhancer, error)
        return rules.enhance(prompt, template)


def _ask(enhancer: PromptEnhancer, prompt: str, template: Template) -> object:
    if enhancer.is_local:
        return enhancer.enhance(prompt, template)
    return calls.call_within(settings.ENHANCEMENT_TIMEOUT_S, enhancer.enhance, prompt, template)


def _warn(enhancer: PromptEnhancer | None, error: Exception) -> None:
    # Of a stranger's exception only the class is logged: its message may quote the prompt.
    reason = str(error) if isinstance(error, EnhancementError) else ""
    name = getattr(enhancer, "name", "not built")
    logger.warning("enhancement_fell_back_to_rules", enhancer=name, error=type(error).__name__, reason=reason)
