"""What a drill has seen, beside what it has to see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from math import ceil


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    what: str
    seen: str
    target: str
    holds: bool

    def __str__(self) -> str:
        return f"{self.what}: {self.seen} (target: {self.target}){'' if self.holds else ' MISSED'}"


def exactly(what: str, seen: int, target: int) -> Figure:
    return Figure(what, f"{seen:,}", f"{target:,}", seen == target)


def none(what: str, found: int | Collection[object]) -> Figure:
    """Where it is not only their number that is given, three of them are named."""
    if isinstance(found, int):
        return exactly(what, found, 0)
    named = ", such as " + ", ".join(map(str, islice(found, 3))) if found else ""
    return exactly(what + named, len(found), 0)


def at_most(what: str, seen: float, target: float, unit: str = "") -> Figure:
    return Figure(what, f"{seen:.2f}{unit}", f"≤ {target:.2f}{unit}", seen <= target)


def at_least(what: str, seen: int, target: int) -> Figure:
    return Figure(what, f"{seen:,}", f"≥ {target:,}", seen >= target)


def yes(what: str, holds: bool) -> Figure:
    return Figure(what, "yes" if holds else "no", "yes", holds)


def p99(values: Sequence[float]) -> float:
    """The nearest rank: of fewer than a hundred values the largest."""
    return sorted(values)[ceil(len(values) * 0.99) - 1]


def table(figures: Sequence[Figure]) -> list[str]:
    """As Markdown has it."""
    cells = [("", "seen", "target", "")]
    cells += [(figure.what, figure.seen, figure.target, "" if figure.holds else "MISSED") for figure in figures]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    head, *body = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in cells]
    return [head, "|" + "|".join("-" * (width + 2) for width in widths) + "|", *body]
