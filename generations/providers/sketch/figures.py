"""Silhouettes of what prompts ask for most, read from figures.txt beside this file."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from .canvas import Numbers

DRAWINGS = Path(__file__).with_name("figures.txt")


@dataclass(frozen=True, slots=True)
class Part:
    """One polygon of a figure in the unit square."""

    tone: str
    points: Numbers


def parts_of(subject: str) -> list[Part]:
    """The polygons of a figure, back to front."""
    return _figures()[subject]


@cache
def _figures() -> dict[str, list[Part]]:
    figures: dict[str, list[Part]] = {}
    parts: list[Part] = []
    for line in DRAWINGS.read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            parts.append(_part(line.split()))
        elif line and not line.startswith("#"):
            parts = figures[line] = []
    return figures


def _part(fields: list[str]) -> Part:
    tone, kind, *numbers = fields
    if kind == "oval":
        centre, radii = (np.array(pair.split(","), dtype=float) for pair in numbers)
        turns = np.linspace(0, 2 * np.pi, 48, endpoint=False)
        return Part(tone, centre + radii * np.stack([np.cos(turns), np.sin(turns)], axis=-1))
    if kind == "line":
        return Part(tone, _stroke(_pairs(numbers[1:]), float(numbers[0])))
    return Part(tone, _curve(_pairs(numbers), closed=True) if kind == "blob" else _pairs(numbers))


def _pairs(numbers: list[str]) -> Numbers:
    return np.array([pair.split(",") for pair in numbers], dtype=float)


def _curve(points: Numbers, *, closed: bool) -> Numbers:
    """A Catmull-Rom spline through the points."""
    ring = np.concatenate([points[-1:], points, points[:2]] if closed else [points[:1], points, points[-1:]])
    before, start, end, after = ring[:-3], ring[1:-2], ring[2:-1], ring[3:]
    t = np.linspace(0, 1, 10, endpoint=False)[None, :, None]
    a, b, c, d = (side[:, None] for side in (before, start, end, after))
    spline = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * (b - c) + d - a) * t**3)
    curve: Numbers = spline.reshape(-1, 2)
    return curve if closed else np.concatenate([curve, points[-1:]])


def _stroke(points: Numbers, width: float) -> Numbers:
    """A band along the curve through the points, a little thinner at its end."""
    curve = _curve(points, closed=False)
    along = np.gradient(curve, axis=0)
    across = np.stack([-along[:, 1], along[:, 0]], axis=-1) / np.linalg.norm(along, axis=1, keepdims=True)
    half = width / 2 * np.linspace(1, 0.6, len(curve))[:, None]
    return np.concatenate([curve + across * half, (curve - across * half)[::-1]])
