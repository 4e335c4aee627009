"""Conifers and flowers."""

import numpy as np
from numpy.typing import NDArray

from .canvas import Canvas, Polygon
from .noise import Floats, outline
from .palette import PAINTS, SOILS, Colour, Palette, mix

BOUQUETS = (
    ("red", "pink", "white"),
    ("purple", "pink", "white"),
    ("yellow", "orange", "white"),
    ("blue", "purple", "white"),
)


def conifer(x: float, base: float, height: float, lean: float) -> Polygon:
    """A fir: tiers of branches that widen downwards, drooping at their tips."""
    tiers = 7
    side = [(0.0, base - height)]
    for tier in range(tiers):
        reach = height * 0.21 * (tier + 1) / tiers
        drop = base - height * (1 - (tier + 1.25) / (tiers + 1))
        side += [(reach, drop), (reach * 0.48, drop - height * 0.028)]
    side[-1] = (height * 0.018, base - height * 0.06)
    side.append((height * 0.018, base + height * 0.03))
    return [(x + dx * (1 + lean), y) for dx, y in side] + [(x - dx * (1 - lean), y) for dx, y in reversed(side)]


def paint_forest(canvas: Canvas, palette: Palette, horizon: int, soils: tuple[Colour, ...]) -> None:
    """Five rows of firs with mist between them; each row takes the next of the soils' colours."""
    for row, share in enumerate(np.linspace(0, 1, 5)):
        level = horizon + (canvas.height - horizon) * share * 0.66
        swell = outline(canvas.random, canvas.width, 2 + canvas.width / canvas.height, 2, smooth=True)
        line = level - canvas.height * 0.08 * swell
        colour = palette.land(soils[row % len(soils)], 0.1 + 0.8 * share)
        mist = mix(colour, palette.haze, 0.7 * (1 - share))
        tall = canvas.unit * (0.12 + 0.24 * share)
        _paint_row(canvas, line, tall, 0.16 + 0.1 * share, (colour, mix(colour, mist, 0.5)))
        canvas.below(line, (mix(colour, mist, 0.5), mist))


def paint_copse(canvas: Canvas, palette: Palette, horizon: int) -> None:
    """A few groups of small firs on the slopes below mountains."""
    random, tall = canvas.random, canvas.unit * 0.085
    for share in (0.3, 0.46):
        colour = palette.land(SOILS["forest"], 0.45 + share)
        trees = []
        for middle in random.random(3) * canvas.width:
            for x in middle + random.normal(size=7) * tall * (0.9 + share):
                base = horizon + (canvas.height - horizon) * (share + random.uniform(-0.03, 0.03))
                trees.append(
                    conifer(x, base, tall * (0.6 + share) * random.uniform(0.6, 1.2), random.uniform(-0.1, 0.1))
                )
        canvas.shapes(trees, (colour, mix(colour, palette.shade, 0.2)))


def _paint_row(canvas: Canvas, line: Floats, tall: float, spacing: float, fill: tuple[Colour, Colour]) -> None:
    random = canvas.random
    trees, x = [], -tall * 0.1
    while x < canvas.width + tall * 0.1:
        ground = float(line[min(canvas.width - 1, max(0, int(x)))])
        height = tall * (0.55 + 0.6 * random.random() ** 1.5)
        trees.append(conifer(x, ground + tall * 0.1, height, random.uniform(-0.1, 0.1)))
        x += max(1.0, tall * spacing * random.uniform(0.5, 1.7))
    canvas.shapes(trees, fill, fineness=2)


def paint_flowers(canvas: Canvas, palette: Palette, horizon: int, colours: list[Colour]) -> None:
    """A meadow in bloom: specks far off, whole flowers on stems in front."""
    depth = canvas.height - horizon
    dimmed = [mix(colour, palette.shade, palette.dimness * 0.8) for colour in colours]
    for share in np.linspace(0, 1, 16) ** 1.4:
        size = canvas.unit * (0.0028 + 0.021 * share**1.2)
        count = min(int(canvas.width / (size * 4.2)), 150)
        flowers = np.stack([canvas.random.random(count) * canvas.width, canvas.random.uniform(-1, 1, count)], axis=-1)
        flowers[:, 1] = horizon + depth * (0.13 + 0.85 * share + 0.04 * flowers[:, 1])
        if size < canvas.unit * 0.006:
            _paint_specks(canvas, flowers, size, dimmed)
        else:
            _paint_blossoms(canvas, palette, flowers, size, dimmed)


def _paint_specks(canvas: Canvas, flowers: NDArray[np.float64], size: float, colours: list[Colour]) -> None:
    for turn, colour in enumerate(colours):
        canvas.dots(flowers[turn :: len(colours)], size, colour, fineness=2)


def _paint_blossoms(
    canvas: Canvas, palette: Palette, flowers: NDArray[np.float64], size: float, colours: list[Colour]
) -> None:
    half = max(0.6, size * 0.09)
    stem = np.array([(-half, 0), (half, 0), (half, size * 5), (-half, size * 5)])
    green = mix(palette.land(SOILS["meadow"], 0.75), palette.shade, 0.15)
    canvas.shapes(list(flowers[:, None] + stem), green, fineness=2)
    for turn, colour in enumerate(colours):
        angles = np.arange(5) * 2 * np.pi / 5 + turn
        petals = np.stack([np.cos(angles) * 0.55, np.sin(angles) * 0.42], axis=-1) * size
        some = flowers[turn :: len(colours), None] + petals
        canvas.dots(some.reshape(-1, 2), size * 0.46, colour, fineness=2)
    canvas.dots(flowers, size * 0.3, mix(PAINTS["yellow"], palette.shade, palette.dimness * 0.6), fineness=2)


def bouquet(colour: str, random: np.random.Generator) -> list[Colour]:
    """The colours of three kinds of flowers: shades of the named one, or three that go together."""
    if colour:
        paint = PAINTS[colour]
        return [paint, mix(paint, PAINTS["white"], 0.4), mix(paint, PAINTS["purple"], 0.25)]
    return [PAINTS[name] for name in BOUQUETS[int(random.integers(len(BOUQUETS)))]]
