"""The attempts of a generation, in order, with those of which no row tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from generations.models import Attempt, Generation, Outcome, Status
from generations.services import CANCELED_BY_CALLER, STOPPED_BY_OPERATOR
from projects.admin.formatting import duration

COLOURS = {
    Outcome.SUCCESS: "success",
    Outcome.RETRY: "warning",
    Outcome.WAITING: "info",
    Outcome.FAILED: "danger",
    Outcome.LOST: "danger",
}
STOPS = {CANCELED_BY_CALLER: "canceled by the caller", STOPPED_BY_OPERATOR: "ended by an operator"}


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
    """Attempts leave a row when they end; one that runs has none, nor has one that an operator ended long ago."""
    ended = {attempt.number: attempt for attempt in generation.attempts.all()}
    return [
        describe(ended[number]) if number in ended else describe_missing(generation, number)
        for number in range(1, generation.attempt + 1)
    ]


def describe(attempt: Attempt) -> Entry:
    outcome = Outcome(attempt.outcome)
    # "Will be tried again" is no longer true of the past.
    ending = "passing error" if outcome == Outcome.RETRY else outcome.label
    stop = STOPS.get(attempt.error_message)
    return Entry(
        number=attempt.number,
        text=stop or ending,
        colour=COLOURS[outcome],
        provider=attempt.provider,
        code=attempt.error_code,
        error="" if stop else attempt.error_message,
        started_at=attempt.started_at,
        took=duration((attempt.ended_at - attempt.started_at).total_seconds()),
        turns=[turn(noted) for noted in attempt.tries],
    )


def turn(noted: Mapping[str, Any]) -> Turn:
    """As generations.worker.provider_chain.Try wrote it, perhaps in an older version."""
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
