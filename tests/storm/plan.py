"""The plan: every job's script and the order of the faults, all of it from one seed."""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from tests.storm.script import Script

T = TypeVar("T")
FULL = 10_000
# Of all jobs. A provider that was asked when its worker died is asked again, and in a small storm chance weighs more.
EXTRA_CALLS, EXTRA_CALLS_OF_FEW = 0.01, 0.025
# Faults are spread over this part of the jobs, so that the last ones meet jobs as well.
FIRST, LAST = 0.02, 0.95

# Of 10,000 jobs. What is left of them is painted at once.
PROVIDER: Mapping[tuple[str, ...], int] = {
    ("slow",): 60,
    ("slower",): 6,
    ("fail", "paint"): 200,
    ("down", "paint"): 100,
    ("garbage", "paint"): 150,
    ("truncated", "paint"): 150,
    ("hang", "paint"): 10,
    ("refuse",): 200,
    ("garbage",) * 4: 10,
    ("fail",) * 4: 10,
}
STORAGE: Mapping[tuple[str, ...], int] = {
    ("fail",): 950,
    ("cut",): 950,
    ("slow",): 600,
    ("cut", "fail"): 40,
    ("fail", "cut"): 40,
}
CLIENT: Mapping[str, int] = {"delete": 200, "delete later": 60, "cancel": 15}
FAULTS: Mapping[str, int] = {
    "kill a child": 40,
    "kill a worker": 20,
    "kill a web process": 31,
    "empty the broker": 21,
    "hurt the broker": 11,
    "crash PostgreSQL": 4,
    "fail over": 4,
    "pause a worker": 4,
    "pause a relay": 3,
    "die after freeing": 6,
    "die before ringing": 6,
    "die before deleting": 4,
    "die after deleting": 3,
    "stall in a body": 40,
    "stop the provider": 1,
}
# In a storm of 10,000; a smaller one has its share, but more than one pause between two probes.
OUTAGE_S, SHORTEST_OUTAGE_S, PAUSE_S = 120, 6, 4
# Of a provider that is down: until it is left alone, and by whoever it had been painting for when it went down.
CALLS_IN_VAIN = 20


@dataclass(frozen=True)
class Mix:
    """How much of everything in 10,000 jobs; a smaller storm has its share, and at least one of each fault."""

    provider: Mapping[tuple[str, ...], int] = field(default_factory=lambda: PROVIDER)
    storage: Mapping[tuple[str, ...], int] = field(default_factory=lambda: STORAGE)
    client: Mapping[str, int] = field(default_factory=lambda: CLIENT)
    faults: Mapping[str, int] = field(default_factory=lambda: FAULTS)
    paused_s: float = 7
    drained_within_s: float = 180
    extra_calls: float | None = None
    outage_s: float | None = None


@dataclass(frozen=True)
class Fault:
    """What is done once this share of the jobs has been acknowledged."""

    at: float
    kind: str


@dataclass(frozen=True)
class Plan:
    seed: int
    scripts: list[Script]
    faults: list[Fault]
    paused_s: float
    drained_within_s: float
    extra_calls: int
    """How many calls of the provider beyond what the scripts ask for are allowed."""
    outage_s: float
    """How long the provider is down."""

    @classmethod
    def of(cls, seed: int, jobs: int, mix: Mix) -> "Plan":
        dice = random.Random(seed)
        usual = EXTRA_CALLS if jobs >= FULL else EXTRA_CALLS_OF_FEW
        extra_calls = round(jobs * (usual if mix.extra_calls is None else mix.extra_calls))
        outage_s = max(SHORTEST_OUTAGE_S, OUTAGE_S * jobs / FULL) if mix.outage_s is None else mix.outage_s
        return cls(
            seed,
            scripts(dice, jobs, mix),
            faults(dice, jobs, mix),
            mix.paused_s,
            mix.drained_within_s,
            extra_calls,
            outage_s,
        )

    @property
    def calls_in_vain(self) -> int:
        """How many calls of the provider while it is down are allowed: probes, and those that find it out."""
        outages = sum(fault.kind == "stop the provider" for fault in self.faults)
        return outages * (CALLS_IN_VAIN + math.ceil(self.outage_s / PAUSE_S))


def scripts(dice: random.Random, jobs: int, mix: Mix) -> list[Script]:
    providers = drawn(dice, jobs, mix.provider, ("paint",))
    storages = drawn(dice, jobs, mix.storage, ())
    clients = drawn(dice, jobs, mix.client, "")
    return [compose(*parts) for parts in zip(providers, storages, clients, strict=True)]


def compose(provider: tuple[str, ...], storage: tuple[str, ...], client: str) -> Script:
    """What a client wants to meet in flight has to be there for a while."""
    match client:
        case "delete":
            return Script(("linger",), storage, client)
        case "cancel":
            return Script(("patient",), (), client)
    return Script(provider, storage, client)


def drawn(dice: random.Random, jobs: int, shares: Mapping[T, int], usual: T) -> list[T]:
    """So many of each, shuffled."""
    found = [each for each, share in shares.items() for _ in range(scaled(share, jobs))]
    found = (found + [usual] * jobs)[:jobs]
    dice.shuffle(found)
    return found


def faults(dice: random.Random, jobs: int, mix: Mix) -> list[Fault]:
    """Each kind spread evenly, each at its own moments."""
    found = [
        Fault(FIRST + (LAST - FIRST) * (number + dice.random()) / count, kind)
        for kind, share in mix.faults.items()
        for count in [scaled(share, jobs)]
        for number in range(count)
    ]
    return sorted(found, key=lambda fault: fault.at)


def scaled(share: int, jobs: int) -> int:
    return math.ceil(share * jobs / FULL)
