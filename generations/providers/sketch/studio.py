"""Things and faces indoors: a backdrop, a table for what needs one, and a plinth for what is shown off."""

from collections.abc import Sequence

import numpy as np

from .canvas import Canvas, oval
from .figures import traits_of
from .lit_figures import colour_of
from .palette import PAINTS, WHITE, Colour, mix, rgb
from .stage import Stage
from .standing import paint_standing

BACKDROPS = (
    "e9cdb4 d59a7c", "c9dbe0 7fa5b3", "e8dcc0 c2a56f", "d9cbe3 9a82b5", "cfe0c8 84a884", "f0c9c0 cf7f7a",
    "f3dcc8 e3a583", "cdd6ea 7d8fc2", "c6e0da 6fae9f",
)  # fmt: skip
CONTRASTING = 4
"""Luck chooses among so many of the backdrops that differ most from the subject's colour."""
TABLE_TOP, FOOT = 0.72, 0.83
"""The table's far edge and where things stand on it, as shares of the height."""
PLINTH = (0.27, 0.17)
"""Half its breadth and its height, in units of the shorter side."""
BANDS = 48
"""Stripes that make its round side."""


def paint_studio(canvas: Canvas, stage: Stage) -> None:
    """Paint the motif's subject; a portrait rises from the lower edge, anything else stands on the table."""
    subject = stage.motif.subject
    place = traits_of(subject).place if subject else "table"
    light, deep = _backdrop(canvas, stage)
    middle, table = canvas.width * 0.5, canvas.height * TABLE_TOP
    canvas.wash((mix(light, deep, 0.5), light, mix(light, WHITE, 0.3)), int(table))
    setting = (_paint_disc, _paint_arch, _paint_window)[0 if place == "bust" else int(canvas.random.integers(3))]
    setting(canvas, light, deep, middle, canvas.height * (0.46 if place == "bust" else 0.42))
    if place == "bust":
        paint_standing(canvas, stage, (middle, canvas.height))
        return
    edge = np.full(canvas.width, table, dtype=np.float32)
    canvas.below(edge, (mix(deep, WHITE, 0.16), mix(deep, stage.palette.shade, 0.4)))
    canvas.below(edge, mix(deep, stage.palette.shade, 0.5), 0.25, thickness=max(1, int(canvas.unit * 0.003)))
    foot = canvas.height * FOOT
    if stage.is_on_plinth:
        foot = _paint_plinth(canvas, light, deep, middle)
    if subject:
        paint_standing(canvas, stage, (middle, foot))


def _paint_disc(canvas: Canvas, light: Colour, deep: Colour, x: float, y: float) -> None:
    canvas.glow(x, y, canvas.unit * 0.6, WHITE, 0.4)
    canvas.shapes([oval(x, y, canvas.unit * 0.34)], (mix(deep, light, 0.3), deep))


def _paint_arch(canvas: Canvas, light: Colour, deep: Colour, x: float, y: float) -> None:
    """A niche in the wall with its inner side in shadow."""
    half, foot = canvas.unit * 0.31, canvas.height * TABLE_TOP
    top = min(y, foot - half)
    turns = np.linspace(np.pi, 2 * np.pi, 48)
    for inset, fill in (
        (0.0, (mix(deep, WHITE, 0.05), mix(deep, light, 0.35))),
        (0.035, (deep, mix(deep, light, 0.45))),
    ):
        radius = half - inset * canvas.unit
        left = x + inset * canvas.unit * 0.5
        bow = np.stack([left + radius * np.cos(turns), top + radius * np.sin(turns)], axis=-1)
        canvas.shapes([np.concatenate([bow, [(left + radius, foot), (left - radius, foot)]])], fill)
    canvas.glow(x, y, canvas.unit * 0.5, WHITE, 0.28)


def _paint_window(canvas: Canvas, light: Colour, deep: Colour, x: float, y: float) -> None:
    """Light that falls through a window onto the wall, in slanted panes."""
    canvas.wash((mix(light, deep, 0.85), mix(light, deep, 0.55), mix(light, deep, 0.4)), int(canvas.height * TABLE_TOP))
    u = canvas.unit
    for column in range(2):
        for row in range(3):
            left, top = x + u * (-0.36 + 0.37 * column), y + u * (-0.36 + 0.25 * row)
            pane = [
                (left, top + 0.07 * u),
                (left + 0.34 * u, top),
                (left + 0.34 * u, top + 0.22 * u),
                (left, top + 0.29 * u),
            ]
            canvas.shapes([pane], (mix(light, WHITE, 0.55), light), 0.75)
    canvas.glow(x, y, u * 0.55, WHITE, 0.25)


def _paint_plinth(canvas: Canvas, light: Colour, deep: Colour, x: float) -> float:
    """A round pedestal, lit from one side; returns where its top has its middle."""
    half, height = (share * canvas.unit for share in PLINTH)
    foot = canvas.height * FOOT
    top, flat = foot - height, 0.2
    lower, upper = (oval(x, y, half, flat) for y in (foot, top))
    canvas.glow(x + half * 0.4, foot + half * flat * 0.6, half * 0.9, mix(deep, (0, 0, 0), 0.6), 0.4)
    side = [*lower[:37], *reversed(upper[:37])]
    shades = (mix(light, WHITE, 0.35), mix(light, deep, 0.3), mix(deep, light, 0.1), mix(deep, (20, 16, 32), 0.22))
    for band in range(BANDS):
        near, far = (x - half + 2 * half * edge / BANDS for edge in (band - 0.1, band + 1.1))
        canvas.shapes([_slice(side, near, far)], _at(shades, band / (BANDS - 1)), fineness=2)
    canvas.shapes([upper], (mix(light, WHITE, 0.55), mix(light, WHITE, 0.2)))
    return top + half * flat * 0.25


def _at(shades: Sequence[Colour], share: float) -> Colour:
    """A colour of a gradient, from its start (0) to its end (1)."""
    place = share * (len(shades) - 1)
    left = min(int(place), len(shades) - 2)
    return mix(shades[left], shades[left + 1], place - left)


def _slice(side: list[tuple[float, float]], near: float, far: float) -> list[tuple[float, float]]:
    """The part of a cylinder's side between two columns; the first half of its points runs along its foot."""
    points = np.asarray(side)
    half = len(points) // 2
    columns = np.linspace(near, far, 4)
    foot, top = points[:half][::-1], points[half:]
    low, high = np.interp(columns, foot[:, 0], foot[:, 1]), np.interp(columns, top[:, 0], top[:, 1])
    return [*zip(columns, low, strict=True), *zip(columns[::-1], high[::-1], strict=True)]


def _backdrop(canvas: Canvas, stage: Stage) -> tuple[Colour, Colour]:
    """The prompt's colour for the wall, or one that the subject stands out from."""
    motif = stage.motif
    if motif.backdrop:
        paint = PAINTS[motif.backdrop]
        light, deep = mix(paint, WHITE, 0.4), mix(paint, rgb("30283a"), 0.1)
    else:
        own = colour_of(stage, motif.subject) if motif.subject else ""
        choices = (
            sorted(BACKDROPS, key=lambda pair: -_distance(rgb(pair.split()[1]), PAINTS[own])) if own else BACKDROPS
        )
        choice = choices[int(canvas.random.integers(CONTRASTING if own else len(BACKDROPS)))]
        light, deep = map(rgb, choice.split())
    if stage.hour in ("night", "twilight"):
        return mix(light, stage.palette.shade, 0.6), mix(deep, stage.palette.shade, 0.75)
    return light, deep


def _distance(first: Colour, second: Colour) -> int:
    return sum((a - b) ** 2 for a, b in zip(first, second, strict=True))
