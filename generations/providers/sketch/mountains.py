"""Mountain ranges with a sunlit side, a shaded side and snow."""

import numpy as np
from numpy.typing import NDArray

from .canvas import Canvas
from .noise import Floats, outline
from .palette import SOILS, Palette, mix
from .sky import Lamp

RANGES = ((0.08, 0.3, 0.34), (0.3, 0.44, 0.5), (0.52, 0.2, 0.3), (0.74, 0.1, 0.22))
"""From far to near: nearness, height as a share of the picture's, breadth of a peak as a share of its unit."""


def paint_mountains(canvas: Canvas, palette: Palette, horizon: int, lamp: Lamp, *, snowy: bool) -> None:
    """Four ranges, the far two with faces that the lamp lights or leaves in shadow."""
    soil = mix(SOILS["mountain"], SOILS["snow"], 0.45) if snowy else SOILS["mountain"]
    for nearness, rise, breadth in RANGES:
        line = horizon - canvas.height * rise * (_peaks(canvas, breadth) - 0.12)
        colour = palette.land(soil, nearness)
        canvas.below(line, (colour, mix(colour, palette.haze, 0.5 * (1 - nearness))))
        if nearness < 0.5:
            _paint_faces(canvas, palette, line, lamp, nearness)


def _peaks(canvas: Canvas, breadth: float) -> Floats:
    """Heights from 0 to 1: summits and saddles in turn, roughened."""
    count = int(canvas.width / (canvas.unit * breadth) * 2) + 4
    steps = canvas.random.uniform(0.6, 1.4, count) * canvas.unit * breadth / 2
    places = np.cumsum(steps) - steps[0] * 2 * canvas.random.random()
    saddles, summits = canvas.random.uniform(0, 0.4, count), canvas.random.uniform(0.45, 1, count)
    heights = np.where(np.arange(count) % 2, summits, saddles)
    skyline = np.interp(np.arange(canvas.width), places, heights)
    rough = outline(canvas.random, canvas.width, canvas.width / (canvas.unit * breadth) * 5, 5)
    return (0.82 * skyline + 0.18 * rough).astype(np.float32)


def _paint_faces(canvas: Canvas, palette: Palette, line: Floats, lamp: Lamp, nearness: float) -> None:
    top, bottom = max(0, int(line.min())), min(canvas.height, int(line.max()))
    if bottom - top < 8:
        return
    rows = np.arange(top, bottom, dtype=np.float32)[:, None]
    columns = _wandering(canvas, rows - line)
    inside = np.clip(rows - line + 0.5, 0, 1)
    lit = np.clip(0.5 + 2.5 * _slope_to(canvas, line, lamp)[columns], 0, 1)
    jag = outline(canvas.random, canvas.width, canvas.width / canvas.unit * 16, 3)
    snow = np.clip(((0.1 + 0.5 * jag[columns]) * (bottom - top) - (rows - top)) / 3, 0, 1) * inside
    presence = min(1.0, 0.3 + nearness * 2)
    bright = mix(mix(SOILS["snow"], palette.light, 0.5), palette.shade, palette.dimness * 0.4)
    dull = mix(mix(palette.sky[1], SOILS["snow"], 0.55), palette.shade, palette.dimness * 0.35)
    canvas.stain(inside * (1 - lit) * 0.3 * presence, palette.shade, (0, top))
    canvas.stain(inside * lit * 0.16 * presence, palette.light, (0, top))
    canvas.stain(snow * presence, dull, (0, top))
    canvas.stain(snow * lit * presence, bright, (0, top))


def _wandering(canvas: Canvas, depth: Floats) -> NDArray[np.intp]:
    """For each pixel the column whose slope it shares: spurs run down from the summits in a zigzag."""
    deepest = max(2, int(depth.max()) + 2)
    zigzag = (outline(canvas.random, deepest, deepest / canvas.unit * 22, 3) - 0.5) * canvas.unit * 0.07
    shift = zigzag[np.clip(depth, 0, deepest - 1).astype(np.intp)]
    return np.clip(np.arange(canvas.width) + shift, 0, canvas.width - 1).astype(np.intp)


def _slope_to(canvas: Canvas, line: Floats, lamp: Lamp) -> Floats:
    """How much each column leans towards the lamp, seen with half-closed eyes."""
    half = max(2, canvas.unit // 90)
    smooth = np.convolve(np.pad(line, half, mode="edge"), np.full(2 * half + 1, 1 / (2 * half + 1)), mode="valid")
    slope = np.gradient(smooth)
    return np.where(np.arange(canvas.width) < lamp.x, -slope, slope).astype(np.float32)
