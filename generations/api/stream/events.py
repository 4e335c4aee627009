"""What is said of a generation, event by event, in the format of the HTML standard's section on server-sent events.

An event's id names the state of the row that it tells of, ``<updatedAt in microseconds>.<progress in permille>``, or
``….done``; of one whose provider is down, when that is tried next stands behind ``updatedAt`` and a hyphen. It is all
that is needed to go on after a lost connection: the row remembers the rest.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from generations.models import Generation
from generations.waiting.long_polling import ENDED
from projects.api.serialization import dumps

# Anybody can send an id, of any length.
PERMILLE = re.compile(r"[0-9]{1,4}")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Show = Callable[[Generation], dict[str, Any]]


@dataclass(frozen=True)
class Event:
    name: str
    id: str
    data: dict[str, Any]

    def encode(self) -> bytes:
        return f"event: {self.name}\nid: {self.id}\ndata: ".encode() + dumps(self.data) + b"\n\n"


def events_after(seen: str, generation: Generation, show: Show) -> Iterator[Event]:
    """What there is to say of the row to somebody whose last event had this id."""
    state, _, part = seen.partition(".")
    current = str(microseconds(generation.updated_at))
    if generation.retry_at:
        current += f"-{microseconds(generation.retry_at)}"
    if generation.status in ENDED:
        if seen != f"{current}.done":
            yield Event("done", f"{current}.done", show(generation))
        return
    told = int(part) if state == current and PERMILLE.fullmatch(part) else -1
    if told < 0:
        yield Event("status", f"{current}.0", status_of(generation))
    permille = round((generation.progress or 0) * 1000)
    if permille > max(told, 0):
        yield Event("progress", f"{current}.{permille}", {"progress": generation.progress})


def microseconds(time: datetime) -> int:
    return (time - EPOCH) // timedelta(microseconds=1)


def status_of(generation: Generation) -> dict[str, Any]:
    return {
        "id": generation.pk,
        "status": generation.status,
        "retryCount": generation.retry_count,
        "errorCode": generation.error[0] or None,
        "errorMessage": generation.error[1] or None,
        "retryAt": generation.retry_at,
        "updatedAt": generation.updated_at,
    }
