"""How far times of one kind lie from those of another: measured alternately, in a new order each round."""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter_ns

ROUNDS = int(os.environ.get("TIMING_ROUNDS", "0"))
"""How often each kind is measured; 0 leaves it out."""


@dataclass(frozen=True)
class Effects:
    lines: list[str]
    largest: float
    """How far the probability that one of a kind is slower than one of the control lies from a half."""


def measured(keys: dict[str, str], knock: Callable[[str], None], rounds: int) -> dict[str, list[int]]:
    """Nanoseconds, ``rounds`` of each kind."""
    order, times = random.Random(1), {kind: [] for kind in keys}  # type: tuple[random.Random, dict[str, list[int]]]
    kinds = list(keys)
    for _ in range(rounds):
        order.shuffle(kinds)
        for kind in kinds:
            began = perf_counter_ns()
            knock(keys[kind])
            times[kind].append(perf_counter_ns() - began)
    return times


def superiority(one: list[int], other: list[int]) -> float:
    """The share of all pairs in which the one is slower: Mann and Whitney's U over its largest value."""
    both = sorted([(value, True) for value in one] + [(value, False) for value in other])
    below, wins = 0, 0
    for _, is_one in both:
        wins += below if is_one else 0
        below += 0 if is_one else 1
    return wins / (len(one) * len(other))


def report(times: dict[str, list[int]], control: str) -> Effects:
    effects = {kind: superiority(times[kind], times[control]) - 0.5 for kind in times if kind != control}
    lines = [
        f"{kind:30} {median(times[kind]) / 1000:8.1f} µs   slower than the control in {50 + 100 * effect:5.1f} %"
        for kind, effect in effects.items()
    ]
    lines.insert(0, f"{control:30} {median(times[control]) / 1000:8.1f} µs   {len(times[control])} of each")
    return Effects(lines, max(map(abs, effects.values())))
