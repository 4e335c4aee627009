"""What must never be seen: in a state, between two states, or as an end."""

from tests.protocol.state import Limits, State, Worker
from tests.protocol.worker import held

ENDED = {"success", "failed", "canceled", "gone"}


def broken_state(s: State, limits: Limits) -> str:
    """What is wrong at this moment, or nothing."""
    row = s.row
    if sum(s.images) > 1:
        return "two images of one generation"
    if row.status == "success":
        if not s.images[row.image] or not s.files[row.image].startswith("there"):
            return "a success without its image or its file"
    elif any(s.images):
        return "an image row that belongs to nobody"
    if any(file and not s.intents[key] and not s.images[key] for key, file in enumerate(s.files)):
        return "a file of which no row knows"
    if any(worker.at == "claimed" and not counts(s, worker) for worker in s.workers):
        return "a worker paints and counts nowhere"
    if s.calls > row.attempt:
        return "a provider asked twice in one attempt"
    if row.retries > limits.retries or row.deaths > limits.deaths or row.waits > limits.waits:
        return "more retries or deaths than the budget allows"
    budgets_tell = row.status != "gone" and not row.repeats
    paid_for = row.retries + row.deaths + row.returns + row.waits + 1
    if row.attempt > limits.attempts or (budgets_tell and row.attempt > paid_for):
        return "an attempt that no budget paid for"
    return ""


def counts(s: State, worker: Worker) -> bool:
    """Whether what it has in hand is a part of its project's share, or its lease has run out."""
    return held(s.row, worker.claim) or s.abandoned[worker.claim] or worker.counts_as_dead


def broken_step(actor: str, worker: int | None, before: State, after: State) -> str:
    """What is wrong with what this actor did, or nothing."""
    old, new = before.row, after.row
    if old == new:
        return ""
    repeated = actor == "repeat_generation" and old.status in ("failed", "canceled")
    if old.status in ENDED and new.status not in (old.status, "gone") and not repeated:
        return "an ended generation has another end"
    if worker is not None and before.workers[worker].claim and not held(old, before.workers[worker].claim):
        return "a worker without the claim has changed the row"
    if actor == "claim_next" and not old.due:
        return "a generation taken before its time"
    if actor.startswith("free_") and old.lease != "lapsed":
        return "a claim taken from a worker that had renewed it"
    return ""


def is_settled(s: State) -> bool:
    """Ended, and nothing is left to do: no note, no file but the image's, nobody at work."""
    return (
        s.row.status in ENDED
        and not any(s.intents)
        and not any(s.abandoned)
        and all(not file or image for file, image in zip(s.files, s.images, strict=True))
        and all(worker.at == "idle" for worker in s.workers)
        and all(collector.at == "idle" for collector in s.collectors)
        and s.relay == s.deleter == "idle"
    )
