"""What the model knows of the world at one moment: a generation, its pictures' files and notes, who is at work."""

from dataclasses import dataclass
from typing import NamedTuple, TypeVar

Item = TypeVar("Item")


class Row(NamedTuple):
    """The generation. Of times only what is compared with now: has it come, or not yet."""

    status: str = "pending"
    attempt: int = 0
    retries: int = 0
    deaths: int = 0
    waits: int = 0
    repeats: int = 0
    returns: int = 0
    """How often a worker that was ended has given it back."""
    due: bool = True
    """next_attempt_at has come."""
    ring: str = "later"
    """ring_at: "now", "later", or "never"."""
    lease: str = ""
    """lease_until: "" for none, "live", "lapsed", or "endless"."""
    image: int = 0
    """output_image, by its key: a number, 0 for none."""


class Worker(NamedTuple):
    """At which step it is, with which claim; ``lost`` is what the heartbeat tells the provider."""

    at: str = "idle"
    claim: int = 0
    lost: bool = False
    rewrites: int = 0
    """How often it has stored its picture again."""
    counts_as_dead: bool = False
    """Its lease ran out, so its share of what its project may have in hand is somebody else's."""


class Collector(NamedTuple):
    at: str = "idle"
    key: int = 0
    again: bool = False
    """What the intent said when it was taken: whether this deletion is the first of two."""


class State(NamedTuple):
    row: Row
    images: tuple[bool, ...]
    """Image rows by their keys."""
    intents: tuple[str, ...]
    """Storage intents by key: "", "live", "doomed" (to be deleted twice), "last" (doomed, to be deleted once)."""
    files: tuple[str, ...]
    """Objects by key: "", "flying" (a PUT that has not ended), "there", or both where one key is written twice."""
    workers: tuple[Worker, ...]
    collectors: tuple[Collector, ...]
    abandoned: tuple[bool, ...]
    """Claims on what was canceled or deleted, by their attempts, while they count."""
    hint: bool = True
    """Whether the broker has messages: one is as good as many, for one may come twice.

    What waits in a web process' ringer counts as one that is there: it too may be late, or be lost.
    """
    relay: str = "idle"
    read: int = 0
    """What an unlocked relay has read: the attempt whose lease had lapsed, or which found the provider down."""
    deleter: str = "idle"
    calls: int = 0
    """How often the provider was asked, and paid."""


@dataclass(frozen=True)
class Limits:
    """How large the world is. Faults have no number: each may happen whenever it can."""

    workers: int = 2
    collectors: int = 1
    retries: int = 1
    deaths: int = 2
    waits: int = 0
    """For a provider that is down; patience, which is a time, ends with the last of them or before."""
    repeats: int = 0
    rewrites: int = 0
    returns: int = 0

    @property
    def attempts(self) -> int:
        """As many as the budgets allow."""
        return (self.retries + self.deaths + self.waits) * (self.repeats + 1) + self.returns


@dataclass(frozen=True)
class Protections:
    """What the protocol stands on. A mutant is the model without one of them."""

    claim_asks_for_a_waiting_row: bool = True
    claim_counts_the_attempt: bool = True
    claim_by_the_databases_clock: bool = True
    lease_by_the_databases_clock: bool = True
    heartbeat_is_fenced: bool = True
    success_is_fenced: bool = True
    failure_is_fenced: bool = True
    deaths_are_counted: bool = True
    retry_is_in_the_row: bool = True
    patience_ends_where_it_still_waits: bool = True
    relay_runs: bool = True
    relay_locks_its_rows: bool = True
    intent_before_the_file: bool = True
    intent_must_live_to_be_adopted: bool = True
    doomed_before_it_is_deleted: bool = True
    deleted_twice: bool = True
    collector_keeps_to_what_it_read: bool = True
    lost_commit_is_asked_after: bool = True
    each_attempt_has_a_key_of_its_own: bool = True
    each_write_has_a_key_of_its_own: bool = True
    delete_locks_the_row: bool = True
    delete_leaves_an_intent: bool = True
    cancel_asks_for_an_open_row: bool = True
    abandoned_claims_count: bool = True
    give_back_is_fenced: bool = True


@dataclass(frozen=True)
class Model:
    limits: Limits = Limits()
    protections: Protections = Protections()

    @property
    def most_attempts(self) -> int:
        """One more than is allowed, so that it would be seen."""
        return self.limits.attempts + 1

    def key(self, worker: Worker) -> int:
        """The file that this worker writes now."""
        claim = worker.claim if self.protections.each_attempt_has_a_key_of_its_own else 1
        return claim + self.most_attempts * worker.rewrites * self.protections.each_write_has_a_key_of_its_own

    def begin(self) -> State:
        """create_generation has committed its INSERT and rung."""
        keys = self.most_attempts * (1 + self.limits.rewrites) + 1
        return State(
            row=Row(),
            images=(False,) * keys,
            intents=("",) * keys,
            files=("",) * keys,
            workers=(Worker(),) * self.limits.workers,
            collectors=(Collector(),) * self.limits.collectors,
            abandoned=(False,) * (self.most_attempts + 1),
        )


def put(items: tuple[Item, ...], place: int, item: Item) -> tuple[Item, ...]:
    """The same tuple with another item in one place."""
    return (*items[:place], item, *items[place + 1 :])
