"""Settings that must agree, and providers that must be able to start; seen at start, not at the first job."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.module_loading import import_string

from generations.providers import ImageProvider

HEARTBEATS_A_LEASE = 2


@register(Tags.compatibility)
def check_times(**kwargs: Any) -> list[CheckMessage]:
    """A job ends before its deadline, and a lease outlives a missed heartbeat."""
    errors: list[CheckMessage] = []
    if settings.CELERY_TASK_TIME_LIMIT >= settings.JOB_DEADLINE_S:
        errors.append(
            Error(
                "A task may run longer than its job's deadline.",
                hint="Set TASK_TIME_LIMIT_S below JOB_DEADLINE_S.",
                id="generations.E001",
            )
        )
    if settings.HEARTBEAT_S * HEARTBEATS_A_LEASE > settings.LEASE_S:
        errors.append(
            Error(
                "A lease ends with the first heartbeat that is late.",
                hint="Set HEARTBEAT_S to at most half of LEASE_S.",
                id="generations.E002",
            )
        )
    return errors


@register(Tags.compatibility)
def check_providers(**kwargs: Any) -> list[CheckMessage]:
    """Every configured provider imports, takes its options and has what it needs."""
    return [message for alias, config in settings.IMAGE_PROVIDERS.items() for message in check_provider(alias, config)]


def check_provider(alias: str, config: dict[str, Any]) -> list[CheckMessage]:
    try:
        provider = import_string(config["BACKEND"])(**config.get("OPTIONS", {}))
    except (ImportError, KeyError, TypeError, ValueError) as error:
        hint = "Look at BACKEND and OPTIONS."
        return [Error(f"Image provider {alias!r} does not start: {error}", hint=hint, id="generations.E003")]
    if not isinstance(provider, ImageProvider):
        hint = "BACKEND names a subclass of generations.providers.ImageProvider."
        return [Error(f"Image provider {alias!r} is no ImageProvider.", hint=hint, id="generations.E004")]
    return [Error(f"Image provider {alias!r}: {problem}", id="generations.E005") for problem in provider.problems()]
