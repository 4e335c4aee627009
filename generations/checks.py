"""Settings that must agree, and providers that must be able to start; seen at start, not at the first job."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.utils.module_loading import import_string

from generations.providers import ImageProvider, build_provider, first_alias, get_queue

HEARTBEATS_A_LEASE = 2


class GenerationTags(Tags):
    """``manage.py check --tag generations`` runs these alone."""

    generations = "generations"


@register(GenerationTags.generations)
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
    if settings.ENHANCEMENT_TIMEOUT_S >= settings.IDEMPOTENCY_LOCK_S:
        errors.append(
            Error(
                "An Idempotency-Key may be taken over while its first request still enhances the prompt.",
                hint="Set IDEMPOTENCY_LOCK_S above ENHANCEMENT_TIMEOUT_S.",
                id="generations.E010",
            )
        )
    return errors


@register(GenerationTags.generations)
def check_providers(**kwargs: Any) -> list[CheckMessage]:
    """Every configured provider imports, takes its options and has what it needs."""
    return [message for alias, config in settings.IMAGE_PROVIDERS.items() for message in check_provider(alias, config)]


def check_provider(alias: str, config: dict[str, Any]) -> list[CheckMessage]:
    if first_alias(alias) != alias:
        return []
    try:
        provider: Any = build_provider(config)
    except (ImportError, KeyError, TypeError, ValueError) as error:
        hint = "Look at BACKEND and OPTIONS."
        return [Error(f"Image provider {alias!r} does not start: {error}", hint=hint, id="generations.E003")]
    if not isinstance(provider, ImageProvider):
        hint = "BACKEND names a subclass of generations.providers.ImageProvider."
        return [Error(f"Image provider {alias!r} is no ImageProvider.", hint=hint, id="generations.E004")]
    errors: list[CheckMessage] = [
        Error(f"Image provider {alias!r}: {problem}", id="generations.E005") for problem in provider.problems()
    ]
    if provider.longest_s >= settings.CELERY_TASK_TIME_LIMIT:
        hint = "Set TASK_TIME_LIMIT_S and JOB_DEADLINE_S above the provider's time-out."
        message = f"Image provider {alias!r} may take longer than a task may run."
        errors.append(Error(message, hint=hint, id="generations.E006"))
    return errors


@register(GenerationTags.generations)
def check_grace(**kwargs: Any) -> list[CheckMessage]:
    """A worker that is told to end has the time to finish the longest job."""
    longest = 0.0
    for config in settings.IMAGE_PROVIDERS.values():
        with suppress(ImportError, KeyError, TypeError, ValueError, AttributeError):  # check_providers says so
            longest = max(longest, build_provider(config).longest_s)
    if longest < settings.WORKER_GRACE_S:
        return []
    return [
        CheckWarning(
            f"A worker that is told to end gives its jobs {settings.WORKER_GRACE_S:g} s, and a provider may take "
            f"{longest:g} s: a deploy ends such a job in the middle, and its picture is paid twice.",
            hint="Set WORKER_GRACE_S above the provider's time-out, and the patience of whoever ends the worker "
            "(stop_grace_period, terminationGracePeriodSeconds, TimeoutStopSec) above that.",
            id="generations.W011",
        )
    ]


@register(GenerationTags.generations)
def check_chain(**kwargs: Any) -> list[CheckMessage]:
    """The chain names providers that may stand in for each other, on the same workers."""
    chain = settings.IMAGE_PROVIDER_CHAIN
    unknown = [alias for alias in chain if alias not in settings.IMAGE_PROVIDERS]
    if unknown or not chain:
        names = ", ".join(map(repr, unknown)) or "nobody"
        hint = f"There are: {', '.join(settings.IMAGE_PROVIDERS)}."
        return [Error(f"IMAGE_PROVIDER_CHAIN names {names}.", hint=hint, id="generations.E007")]
    try:
        kinds = [import_string(settings.IMAGE_PROVIDERS[alias]["BACKEND"]) for alias in chain]
    except (ImportError, KeyError):
        return []  # said above
    if not all(isinstance(kind, type) and issubclass(kind, ImageProvider) for kind in kinds):
        return []
    return [*check_honesty(kinds), *check_queues(kinds)]


def check_honesty(kinds: list[type[ImageProvider]]) -> list[CheckMessage]:
    from generations.providers.sketch import SketchProvider  # NumPy and all: not for the web

    sketches = [kind for kind in kinds if issubclass(kind, SketchProvider)]
    if not sketches or len(sketches) == len(kinds):
        return []
    hint = "Take the sketch out of IMAGE_PROVIDER_CHAIN, or everything else."
    message = "The sketch provider draws previews and stands in for no model."
    return [Error(message, hint=hint, id="generations.E008")]


def check_queues(kinds: list[type[ImageProvider]]) -> list[CheckMessage]:
    """The first one's queue decides who works; a provider with a queue of its own needs that queue's workers."""
    strangers = [kind.name for kind in kinds if kind.queue not in {None, kinds[0].queue}]
    if not strangers:
        return []
    hint = "Put it first in IMAGE_PROVIDER_CHAIN, or leave it to the projects that choose it in the admin."
    message = f"The workers of this chain cannot run {strangers[0]!r}, which has a queue of its own."
    return [Error(message, hint=hint, id="generations.E009")]


# ── At a worker's start ──────────────────────────────────────────────────────────────────────────────────────────────


def problems_of_worker(queues: Iterable[str]) -> list[str]:
    """Why a worker of these queues must not start; what others work with is not its concern."""
    served = {alias: config for alias, config in settings.IMAGE_PROVIDERS.items() if queue_served(alias) in queues}
    found = [message for alias, config in served.items() for message in check_provider(alias, config)]
    return [said_at_once(message) for message in (*check_times(), *check_chain(), *found) if message.is_serious()]


def said_at_once(message: CheckMessage) -> str:
    """What is wrong, and what to set; Django's own command prints the two apart."""
    return " ".join(filter(None, (str(message.msg), message.hint)))


def queue_served(alias: str) -> str:
    common: str = settings.CELERY_TASK_DEFAULT_QUEUE
    try:
        return get_queue(alias) or common
    except (ImportError, KeyError, AttributeError):
        return common
