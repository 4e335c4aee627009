"""Hills, dunes and the knoll in front."""

import numpy as np

from .canvas import Canvas
from .noise import Floats, outline
from .palette import SOILS, Colour, Palette, mix
from .sky import Lamp


def paint_hills(canvas: Canvas, palette: Palette, horizon: int, soil: Colour, *, nearest: float = 0.8) -> None:
    """Rolling hills, each nearer one darker and larger, the last of this ``nearest``-ness."""
    for share in np.linspace(0, 1, 5):
        level = horizon + (canvas.height - horizon) * share * 0.62
        bumps = (3.4 - 2 * share) * canvas.width / canvas.height + 0.5
        swell = outline(canvas.random, canvas.width, bumps, 2, smooth=True)
        line = level - canvas.height * (0.07 + 0.05 * share) * swell
        colour = palette.land(soil, 0.12 + (nearest - 0.12) * share)
        canvas.below(line, (mix(colour, palette.haze, 0.14), mix(colour, palette.shade, 0.3)))


def paint_dunes(canvas: Canvas, palette: Palette, horizon: int, lamp: Lamp) -> None:
    """Dunes with one side in the light and a crest that wanders down the other."""
    for share in np.linspace(0, 1, 5):
        level = horizon + (canvas.height - horizon) * share * 0.72
        bumps = (2.4 - 1.3 * share) * canvas.width / canvas.height + 0.6
        swell = outline(canvas.random, canvas.width, bumps, 1, smooth=True)
        rise = canvas.height * (0.06 + 0.12 * share)
        line = level - rise * swell
        sunlit = mix(SOILS["desert"], palette.light, 0.3 * (1 - palette.dimness))
        lit = mix(palette.haze, mix(sunlit, palette.shade, palette.dimness * (0.35 + 0.45 * share)), 0.35 + 0.6 * share)
        canvas.below(line, (mix(lit, palette.light, 0.22 * (1 - palette.dimness)), lit))
        _paint_lee(canvas, line, lamp, rise, (mix(lit, palette.shade, 0.42), mix(lit, palette.shade, 0.1)))


def _paint_lee(canvas: Canvas, line: Floats, lamp: Lamp, rise: float, fill: tuple[Colour, Colour]) -> None:
    """The side away from the lamp: it starts at the crest and sweeps down in a curve."""
    slope = np.gradient(line) * canvas.width / canvas.unit
    away = slope if lamp.x < canvas.width / 2 else -slope
    crest = np.where(away > 0, line, line + rise * 1.2 * np.clip(-away * 2.4, 0, 1))
    kernel = np.exp(-4 * np.linspace(-1, 1, 61) ** 2)
    soft = np.convolve(np.pad(crest, 30, mode="edge"), kernel / kernel.sum(), mode="valid")
    canvas.below(np.maximum(soft, line).astype(np.float32), fill, 0.8)


def paint_knoll(
    canvas: Canvas, palette: Palette, soil: Colour, x: float, level: float, nearness: float = 0.92, *, reach: float = 0
) -> None:
    """The rise in front on which somebody stands at ``x``, flat at ``level`` as far as ``reach`` to both sides."""
    away = np.maximum(np.abs(np.arange(canvas.width, dtype=np.float32) - x) - reach, 0)
    bump = np.exp(-((away / (canvas.width * 0.3)) ** 2))
    rough = outline(canvas.random, canvas.width, 5, 3, smooth=True) - 0.5
    flat = 1 - np.exp(-((away / (canvas.unit * 0.12)) ** 2))
    line = level + canvas.height * 0.1 * (1 - bump) + canvas.height * 0.018 * rough * flat
    colour = palette.land(soil, nearness)
    canvas.below(line.astype(np.float32), (colour, mix(colour, palette.shade, 0.6)))


def paint_road(canvas: Canvas, palette: Palette, level: float) -> None:
    """An asphalt road from edge to edge, with a verge above it and a dashed line along its middle."""
    asphalt = mix(palette.land(SOILS["city"], 0.7), palette.haze, 0.08)
    verge = np.full(canvas.width, level - canvas.unit * 0.03, dtype=np.float32)
    canvas.below(verge, mix(palette.land(SOILS["hills"], 0.85), palette.shade, 0.2))
    canvas.below(verge + canvas.unit * 0.012, (asphalt, mix(asphalt, palette.shade, 0.55)))
    y, length = level + canvas.unit * 0.055, canvas.unit * 0.075
    starts = np.arange(-length, canvas.width, length * 2.1)
    thick = canvas.unit * 0.0075
    dashes = [[(x, y), (x + length, y), (x + length * 0.96, y + thick), (x - length * 0.04, y + thick)] for x in starts]
    canvas.shapes(dashes, mix(palette.light, asphalt, 0.3))
