"""The attempts of a generation, in order, with those of which no row tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from generations.models import Attempt, Generation, Outcome, Status
from projects.admin.times import duration

COLOURS = {Outcome.SUCCESS: "success", Outcome.RETRY: "warning", Outcome.FAILED: "danger", Outcome.LOST: "danger"}


@dataclass(frozen=True, slots=True)
class Turn:
    """One provider's turn within an attempt."""

    provider: str
    began_at: datetime | None
    took: str
    code: str
    lasting: bool
    error: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One attempt as the page shows it."""

    number: int
    text: str
    colour: str
    provider: str = ""
    code: str = ""
    error: str = ""
    started_at: datetime | None = None
    took: str = ""
    turns: Sequence[Turn] = ()


def timeline(generation: Generation) -> list[Entry]:
    """Attempts leave a row when a worker ends them; one that runs, or that an operator ended, has none."""
    ended = {attempt.number: attempt for attempt in generation.attempts.all()}
    return [
        describe(ended[number]) if number in ended else describe_missing(generation, number)
        for number in range(1, generation.attempt + 1)
    ]


def describe(attempt: Attempt) -> Entry:
    outcome = Outcome(attempt.outcome)
    return Entry(
        number=attempt.number,
        # "Will be tried again" is no longer true of the past.
        text="passing error" if outcome == Outcome.RETRY else outcome.label,
        colour=COLOURS[outcome],
        provider=attempt.provider,
        code=attempt.error_code,
        error=attempt.error_message,
        started_at=attempt.started_at,
        took=duration((attempt.ended_at - attempt.started_at).total_seconds()),
        turns=[turn(noted) for noted in attempt.tries],
    )


def turn(noted: Mapping[str, Any]) -> Turn:
    """As generations.chain.Try wrote it, perhaps in an older version."""
    name, model, alias = (noted.get(key, "") for key in ("provider", "model", "alias"))
    return Turn(
        provider=" · ".join(filter(None, [name if alias in {name, "default"} else f"{name} ({alias})", model])),
        began_at=parse_datetime(noted.get("started_at", "")),
        took=duration(noted.get("duration_ms", 0) / 1000),
        code=noted.get("error_code", ""),
        lasting=noted.get("retryable") is False,
        error=noted.get("message", ""),
    )


def describe_missing(generation: Generation, number: int) -> Entry:
    if number < generation.attempt or generation.status != Status.PROCESSING:
        return Entry(number, "ended by an operator", "danger")
    return Entry(number, "running", "info", started_at=generation.started_at)
