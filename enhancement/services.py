"""Enhance a prompt, whatever the configured enhancer does."""

import time
from dataclasses import dataclass

import structlog
from django.conf import settings

from enhancement.breaker import Breaker
from enhancement.configuration import configured_enhancer
from enhancement.enhancers.base import EnhancementError, PromptEnhancer
from enhancement.enhancers.rules import RulesEnhancer
from enhancement.templates import Template
from enhancement.time_limit import TooBusy, calls
from enhancement.validation import sound, sound_from_a_model

logger = structlog.get_logger(__name__)
rules = RulesEnhancer()


@dataclass(frozen=True, slots=True)
class Enhancement:
    """A prompt and how it came about; `enhancer` is empty for an unenhanced prompt."""

    prompt: str
    enhancer: str
    """Whose work it is: ``rules``, ``openai:gpt-5.4-mini@1``."""
    template: Template
    duration_ms: int | None
    fallback_reason: str = ""
    """Why it is not the configured enhancer's: ``openai: answered HTTP 503``."""


def untouched(prompt: str, template: Template | str) -> Enhancement:
    """The caller's own words."""
    return Enhancement(prompt, enhancer="", template=Template(template), duration_ms=None)


def answers_at_once() -> bool:
    """Whether the configured enhancer needs no server, so that nobody has to wait for its answer."""
    try:
        return configured_enhancer().is_local
    except Exception:  # noqa: BLE001 - it cannot be built, so the rules stand in
        return True


def enhance(prompt: str, template: Template | str) -> Enhancement:
    """Return the prompt enhanced towards the template, within ``ENHANCEMENT_TIMEOUT_S`` seconds.

    The rules take the place of an enhancer that is slow, fails or answers nonsense.
    Only a template that is not one of the seven is refused, with ValueError.
    """
    template, started = Template(template), time.monotonic()
    enhancer: PromptEnhancer | None = None
    try:
        enhancer = configured_enhancer()
        better, label, reason = _ask(enhancer, prompt, template), enhancer.label, ""
    except Exception as error:  # noqa: BLE001 - a vendor's client may raise anything, and a POST never fails for it
        better, label, reason = rules.enhance(prompt, template), rules.label, _warn(enhancer, error)
    return Enhancement(better, label, template, round((time.monotonic() - started) * 1000), reason)


def _ask(enhancer: PromptEnhancer, prompt: str, template: Template) -> str:
    if enhancer.is_local:
        return sound(enhancer.enhance(prompt, template), prompt)
    breaker = Breaker(enhancer.name)
    breaker.check()
    try:
        answer = calls.call_within(settings.ENHANCEMENT_TIMEOUT_S, enhancer.enhance, prompt, template)
    except TooBusy:
        raise  # it has not been asked, and nothing is known of it
    except Exception as error:
        _tell(breaker, is_outage=getattr(error, "is_outage", True))
        raise
    _tell(breaker, is_outage=False)
    return sound_from_a_model(answer, prompt)


def _tell(breaker: Breaker, *, is_outage: bool) -> None:
    if is_outage:
        breaker.note_failure()
    else:
        breaker.note_success()


def _warn(enhancer: PromptEnhancer | None, error: Exception) -> str:
    """Log why the rules took over, and return it in short."""
    # Of a stranger's exception only the class is logged: its message may quote the prompt.
    reason = str(error) if isinstance(error, EnhancementError) else ""
    name = getattr(enhancer, "name", "not built")
    logger.warning("enhancement_fell_back_to_rules", enhancer=name, error=type(error).__name__, reason=reason)
    return f"{name}: {reason or type(error).__name__}"
