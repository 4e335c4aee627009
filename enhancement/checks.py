"""System checks: the configured enhancers can start."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.module_loading import import_string

from enhancement.configuration import build_enhancer
from enhancement.enhancers.base import PromptEnhancer

SHAPE = '{"default": {"BACKEND": "enhancement.enhancers.rules.RulesEnhancer", "OPTIONS": {}}}'


class EnhancementTags(Tags):
    """``manage.py check --tag enhancement`` runs these alone."""

    enhancement = "enhancement"


@register(EnhancementTags.enhancement)
def check_enhancers(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every enhancer of PROMPT_ENHANCERS imports, is one, accepts its options and has no problems."""
    enhancers = getattr(settings, "PROMPT_ENHANCERS", None)
    if not isinstance(enhancers, dict) or "default" not in enhancers:
        return [Error("PROMPT_ENHANCERS has no 'default'.", hint=f"Set it to {SHAPE}.", id="enhancement.E001")]
    return [error for alias, configuration in enhancers.items() for error in _errors_of(alias, configuration)]


@register(EnhancementTags.enhancement)
def check_time_limit(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """ENHANCEMENT_TIMEOUT_S is a time that a request can wait."""
    seconds = getattr(settings, "ENHANCEMENT_TIMEOUT_S", None)
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 < seconds < math.inf:
        return []
    hint = "Set it to the seconds that a POST may wait for its prompt, such as 5.0."
    return [Error("ENHANCEMENT_TIMEOUT_S is not a positive number of seconds.", hint=hint, id="enhancement.E006")]


def _errors_of(alias: str, configuration: Any) -> Iterator[Error]:
    setting = f"PROMPT_ENHANCERS[{alias!r}]"
    if not isinstance(configuration, dict) or not isinstance(configuration.get("BACKEND"), str):
        yield Error(f"{setting} names no BACKEND.", hint=f"Set PROMPT_ENHANCERS to {SHAPE}.", id="enhancement.E001")
        return
    backend = configuration["BACKEND"]
    try:
        enhancer_class = import_string(backend)
    except ImportError as error:
        hint = "Correct the dotted path, or install the package that it needs."
        yield Error(f"{setting}: cannot import {backend!r}: {error}", hint=hint, id="enhancement.E002")
        return
    if not (isinstance(enhancer_class, type) and issubclass(enhancer_class, PromptEnhancer)):
        hint = "Name a subclass of enhancement.enhancers.base.PromptEnhancer."
        yield Error(f"{setting}: {backend!r} is not a PromptEnhancer.", hint=hint, id="enhancement.E003")
        return
    yield from _starting_errors(setting, configuration)


def _starting_errors(setting: str, configuration: dict[str, Any]) -> Iterator[Error]:
    backend = configuration["BACKEND"]
    try:
        enhancer = build_enhancer(configuration)
    except Exception as error:  # noqa: BLE001 - whatever a constructor raises is what the operator must mend
        hint = "Compare OPTIONS with the arguments that this enhancer takes."
        message = f"{setting}: {backend!r} does not accept its OPTIONS: {type(error).__name__}: {error}"
        yield Error(message, hint=hint, id="enhancement.E004")
        return
    for problem in enhancer.problems():
        hint = "Mend it, or set ENHANCER=rules: the rules need nothing."
        yield Error(f"{setting}: {problem}", hint=hint, id="enhancement.E005")
