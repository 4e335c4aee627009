"""Logos: a badge with an emblem in it, in two colours and much room."""

from collections.abc import Callable

import numpy as np

from .canvas import Canvas, Fill, Numbers, Polygon, oval
from .cutout import cut_out
from .figures import parts_of
from .palette import PAINTS, WHITE, Colour, mix, rgb
from .plants import conifer
from .reading import Motif

PAPERS = ("f6f1e7", "eef2f4", "f4eef0", "eff3ea", "f5efe2")
INKS = ("1f3a5f", "b3402f", "22604f", "5b3a86", "c9772b", "27323f", "9c2f5a")
LIGHT_TONES = frozenset({"body", "pale", "lit", "cream", "metal", "skin", "crust", "gold", "wood", "glass", "leaf"})


def paint_mark(canvas: Canvas, motif: Motif) -> None:
    """A badge on a sheet of paper; its emblem is the thing, the land or the hour that the prompt names beside it."""
    random = canvas.random
    paper = PAINTS[motif.backdrop] if motif.backdrop else rgb(PAPERS[int(random.integers(len(PAPERS)))])
    ink = PAINTS[motif.colour] if motif.colour else rgb(INKS[int(random.integers(len(INKS)))])
    if sum(ink) > 560:
        paper = mix(paper, rgb("20242e"), 0.88)
    canvas.wash((mix(paper, WHITE, 0.25), mix(paper, rgb("8a8378"), 0.1)))
    middle, reach = (canvas.width / 2, canvas.height * 0.45), canvas.unit * 0.31
    badge = (_circle, _shield, _hexagon, _squircle)[int(random.integers(4))]
    canvas.glow(middle[0], middle[1] + reach * 1.02, reach * 0.85, mix(paper, rgb("20202a"), 0.5), 0.35)
    canvas.shapes([badge(middle, reach * 1.08)], (mix(ink, WHITE, 0.12), mix(ink, rgb("101018"), 0.2)))
    canvas.shapes([badge(middle, reach * 1.01)], mix(paper, WHITE, 0.4))
    canvas.shapes([badge(middle, reach * 0.97)], (mix(ink, WHITE, 0.08), mix(ink, rgb("101018"), 0.14)))
    _paint_emblem(canvas, motif, ink, middle, reach)
    rule, y = canvas.unit * 0.004, canvas.height * 0.45 + reach * 1.3
    for x, half in ((-0.2, 0.1), (0.2, 0.1)):
        at = middle[0] + x * canvas.unit
        long = half * canvas.unit
        canvas.shapes(
            [[(at - long, y - rule), (at + long, y - rule), (at + long, y + rule), (at - long, y + rule)]], ink
        )
    canvas.shapes([_star(middle[0], y, canvas.unit * 0.02)], ink)


def _paint_emblem(canvas: Canvas, motif: Motif, ink: Colour, middle: tuple[float, float], reach: float) -> None:
    if motif.companion:
        size = reach * 1.16
        figure = cut_out(parts_of(motif.companion), size, _two_colours(ink), WHITE, ink, -1)
        figure.put_on(canvas, (middle[0], middle[1] + size * 0.5))
    elif motif.ground in ("mountain", "hills", "desert", "snow"):
        _paint_peaks(canvas, ink, middle, reach)
    elif motif.ground in ("forest", "meadow"):
        trees = [
            conifer(middle[0] + x * reach, middle[1] + 0.5 * reach, h * reach, 0)
            for x, h in ((-0.34, 0.8), (0.34, 0.8), (0, 1.15))
        ]
        canvas.shapes(trees, WHITE)
    elif motif.water:
        canvas.shapes([_wave(middle, reach, row) for row in (-0.25, 0.05, 0.35)], WHITE)
    elif motif.hour == "night":
        canvas.shapes([oval(*middle, reach * 0.5)], WHITE)
        canvas.shapes([oval(middle[0] + reach * 0.2, middle[1] - reach * 0.1, reach * 0.42)], ink)
        canvas.shapes([_star(middle[0] + reach * 0.28, middle[1] - reach * 0.12, reach * 0.15)], WHITE)
    else:
        _paint_rosette(canvas, ink, middle, reach)


def _two_colours(ink: Colour) -> Callable[[str], tuple[Fill, float]]:
    """The tones of a figure in white and in the badge's colour."""

    def fill(tone: str) -> tuple[Fill, float]:
        name, _, darker = tone.partition("-")
        name = name.partition("+")[0]
        if name in ("sheen", "steam", "mist"):
            return WHITE, 0.3
        if name.startswith("#"):
            return mix(rgb(name[1:]), WHITE, 0.55), 1
        if name in LIGHT_TONES:
            return mix(WHITE, ink, min(0.75, float(darker or 0) / 100 * 1.3)), 1
        return (ink if name == "dark" else mix(ink, rgb("ffd27a"), 0.75)), 1

    return fill


def _paint_peaks(canvas: Canvas, ink: Colour, middle: tuple[float, float], reach: float) -> None:
    def place(points: list[tuple[float, float]]) -> Polygon:
        return [(middle[0] + x * reach, middle[1] + y * reach) for x, y in points]

    canvas.shapes([oval(middle[0] + 0.3 * reach, middle[1] - 0.38 * reach, reach * 0.16)], mix(ink, rgb("ffd27a"), 0.8))
    canvas.shapes([place([(0.05, 0.45), (0.38, -0.08), (0.72, 0.45)])], mix(WHITE, ink, 0.35))
    canvas.shapes([place([(-0.68, 0.45), (-0.14, -0.42), (0.4, 0.45)])], WHITE)
    canvas.shapes(
        [place([(-0.14, -0.42), (0.4, 0.45), (-0.05, 0.45), (-0.2, 0.1), (-0.08, -0.06)])], mix(WHITE, ink, 0.2)
    )


def _paint_rosette(canvas: Canvas, ink: Colour, middle: tuple[float, float], reach: float) -> None:
    """Overlapping petals around the middle, their number and breadth by luck."""
    count, breadth = int(canvas.random.integers(3, 9)), canvas.random.uniform(0.16, 0.34)
    for turn in range(count):
        angle = 2 * np.pi * turn / count - np.pi / 2
        along = np.linspace(0, 1, 20)
        half = breadth * np.sin(np.pi * along**0.8) * reach
        spine = along * reach * 0.68
        ring = np.concatenate([np.stack([spine, half], -1), np.stack([spine, -half], -1)[::-1]])
        rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        canvas.shapes([ring @ rotation + middle], mix(WHITE, ink, 0.35 * (turn % 2)), 0.82)
    canvas.shapes([oval(*middle, reach * 0.1)], mix(ink, rgb("ffd27a"), 0.75))


def _wave(middle: tuple[float, float], reach: float, row: float) -> Polygon:
    x = np.linspace(-0.62, 0.62, 60)
    y = row + 0.08 * np.sin(x * 10)
    thick = 0.06 * np.cos(x / 0.62 * np.pi / 2) + 0.01
    line = np.concatenate([np.stack([x, y - thick], -1), np.stack([x, y + thick], -1)[::-1]])
    wave: Numbers = line * reach + np.asarray(middle)
    return wave


def _star(x: float, y: float, reach: float) -> Polygon:
    turns = np.arange(10) * np.pi / 5 - np.pi / 2
    radii = np.where(np.arange(10) % 2, 0.4, 1) * reach
    return np.stack([x + radii * np.cos(turns), y + radii * np.sin(turns)], axis=-1)


def _circle(middle: tuple[float, float], reach: float) -> Polygon:
    return oval(*middle, reach)


def _shield(middle: tuple[float, float], reach: float) -> Polygon:
    down = np.linspace(0, 1, 30)
    half = 0.9 * np.where(down < 0.45, 1, np.cos((np.maximum(down, 0.45) - 0.45) / 0.55 * np.pi / 2) ** 0.8)
    right = np.stack([half, -0.92 + 2.05 * down], axis=-1)
    shield: Numbers = np.concatenate([right, (right * (-1, 1))[::-1]]) * reach + np.asarray(middle)
    return shield


def _hexagon(middle: tuple[float, float], reach: float) -> Polygon:
    turns = np.arange(6) * np.pi / 3 + np.pi / 6
    hexagon: Numbers = np.stack([np.cos(turns), np.sin(turns)], axis=-1) * reach * 1.08 + np.asarray(middle)
    return hexagon


def _squircle(middle: tuple[float, float], reach: float) -> Polygon:
    turns = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    bow = np.stack([np.cos(turns), np.sin(turns)], axis=-1)
    squircle: Numbers = np.sign(bow) * np.abs(bow) ** 0.5 * reach * 0.95 + np.asarray(middle)
    return squircle
