"""The lines of a drawing as polygons.

A line is a tone, perhaps ``mirror`` or ``turn=8@.5,.4``, a kind and numbers, in a square of side 1 with y pointing down
and the feet at y = 1:

- ``blob``: a smooth closed curve through the points
- ``poly``: the points joined by straight lines
- ``oval``: the centre, then the two radii
- ``ring``: the centre, the two outer radii and the width
- ``slab``: a rectangle from its left upper to its right lower corner, with corners of the given radius
- ``line``: a stroke of the given width, smooth through the points and thinner at its end
- ``leaf``: the stem's end, then the length, the width and the direction in degrees (0 is right, 90 is down)

``mirror`` draws a part a second time with left and right exchanged, ``turn`` so many times around a point.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from generations.providers.sketch.canvas import Numbers


@dataclass(frozen=True, slots=True)
class Part:
    """One polygon of a figure in the unit square."""

    tone: str
    points: Numbers


def parts_of_line(line: str) -> list[Part]:
    """One polygon, or the copies that the line asks for."""
    tone, *fields = line.split()
    copies = ""
    if fields[0] == "mirror" or fields[0].startswith("turn="):
        copies, *fields = fields
    kind, *numbers = fields
    return [Part(tone, points) for points in _copies(copies, SHAPES[kind](numbers))]


def _copies(how: str, points: Numbers) -> Iterator[Numbers]:
    if how.startswith("turn="):
        times, centre = how.removeprefix("turn=").split("@")
        middle = _pairs([centre])[0]
        for turn in np.arange(int(times)) * 2 * np.pi / int(times):
            yield (points - middle) @ _rotation(turn) + middle
        return
    yield points
    if how == "mirror":
        yield points * (-1, 1) + (1, 0)


def _oval(numbers: list[str]) -> Numbers:
    centre, radii = _pairs(numbers)
    oval: Numbers = centre + radii * _circle(48)
    return oval


def _ring(numbers: list[str]) -> Numbers:
    (centre, radii), width = _pairs(numbers[:2]), float(numbers[2])
    circle = np.concatenate([_circle(64), _circle(64)[:1]])
    ring: Numbers = np.concatenate([centre + radii * circle, (centre + (radii - width) * circle)[::-1]])
    return ring


def _slab(numbers: list[str]) -> Numbers:
    (left, top), (right, bottom) = _pairs(numbers[:2])
    radius = float(numbers[2])
    quarter = np.linspace(0, np.pi / 2, 8)
    corners = (right - radius, bottom - radius), (left + radius, bottom - radius), (left + radius, top + radius)
    bows = []
    for turn, corner in enumerate((*corners, (right - radius, top + radius))):
        angles = quarter + turn * np.pi / 2
        bows.append(np.stack([np.cos(angles), np.sin(angles)], axis=-1) * radius + corner)
    return np.concatenate(bows)


def _leaf(numbers: list[str]) -> Numbers:
    stem, length, width, degrees = _pairs(numbers[:1])[0], *map(float, numbers[1:])
    along = np.linspace(0, 1, 16)
    half = width / 2 * np.sin(np.pi * along**0.8)
    outline = np.concatenate([np.stack([along * length, half], -1), np.stack([along * length, -half], -1)[::-1]])
    leaf: Numbers = outline @ _rotation(np.radians(degrees)) + stem
    return leaf


def _line(numbers: list[str]) -> Numbers:
    """A band along the curve through the points, a little thinner at its end."""
    curve = _curve(_pairs(numbers[1:]), closed=False)
    along = np.gradient(curve, axis=0)
    across = np.stack([-along[:, 1], along[:, 0]], axis=-1) / np.linalg.norm(along, axis=1, keepdims=True)
    half = float(numbers[0]) / 2 * np.linspace(1, 0.6, len(curve))[:, None]
    band: Numbers = np.concatenate([curve + across * half, (curve - across * half)[::-1]])
    return band


def _pairs(numbers: list[str]) -> Numbers:
    return np.array([pair.split(",") for pair in numbers], dtype=float)


def _circle(corners: int) -> Numbers:
    turns = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    return np.stack([np.cos(turns), np.sin(turns)], axis=-1)


def _rotation(radians: float) -> Numbers:
    """To be multiplied from the right; clockwise on a screen."""
    return np.array([[np.cos(radians), np.sin(radians)], [-np.sin(radians), np.cos(radians)]])


def _curve(points: Numbers, *, closed: bool) -> Numbers:
    """A centripetal Catmull-Rom spline through the points: it makes no loops where they stand close together."""
    ring = np.concatenate([points[-1:], points, points[:2]] if closed else [points[:1], points, points[-1:]])
    gaps = np.maximum(np.linalg.norm(np.diff(ring, axis=0), axis=1, keepdims=True), 1e-6) ** 0.5
    steps = np.diff(ring, axis=0) / gaps
    across = (ring[2:] - ring[:-2]) / (gaps[1:] + gaps[:-1])
    slopes = steps[:-1] + steps[1:] - across  # the derivative at each inner point
    start, end, gap = ring[1:-2, None], ring[2:-1, None], gaps[1:-1, None]
    leaving, arriving = slopes[:-1, None] * gap, slopes[1:, None] * gap
    t = np.linspace(0, 1, 10, endpoint=False)[None, :, None]
    kept, turned = 1 + t**2 * (2 * t - 3), t * (1 - t)
    spline = start * kept + end * (1 - kept) + turned * (leaving * (1 - t) - arriving * t)
    curve: Numbers = spline.reshape(-1, 2)
    return curve if closed else np.concatenate([curve, points[-1:]])


SHAPES = {
    "blob": lambda numbers: _curve(_pairs(numbers), closed=True),
    "poly": _pairs,
    "oval": _oval,
    "ring": _ring,
    "slab": _slab,
    "line": _line,
    "leaf": _leaf,
}
