"""Skylines: blocks of buildings in haze, with windows that light up after dark."""

import numpy as np

from .canvas import Canvas, Polygon
from .palette import SOILS, Colour, Palette, mix, rgb

Block = tuple[int, int, int, int]
"""Left, top, right and bottom of a building."""
LAMPS = (rgb("ffd98a"), rgb("ffeec2"), rgb("ffb85c"), rgb("bfe3ff"))
LIT_SHARE = {"night": 0.42, "twilight": 0.36, "sunset": 0.16, "storm": 0.2, "dawn": 0.08}


def paint_city(canvas: Canvas, palette: Palette, base: int, hour: str) -> None:
    """Three rows of buildings that stand on ``base``; the tallest gather around one centre."""
    centre = canvas.random.uniform(0.35, 0.65)
    uplift = max(0, base / canvas.height - 0.7)
    for row, nearness in enumerate((0.12, 0.42, 0.8)):
        colour = palette.land(SOILS["city"], nearness)
        rise, breadth = (0.5, 0.42, 0.26)[row] + uplift, (0.05, 0.065, 0.085)[row]
        blocks = _blocks(canvas, base, centre, rise, breadth)
        outlines = [part for block in blocks for part in _outline(canvas, block)]
        foot = mix(colour, palette.haze, 0.45 * (1 - nearness))
        canvas.shapes(outlines, (mix(colour, palette.shade, 0.12), foot), fineness=2)
        if row:
            pitch = canvas.unit * (0.0105, 0.0145)[row - 1]
            _paint_windows(canvas, blocks, mix(colour, palette.sky[2], 0.16), pitch, LIT_SHARE.get(hour, 0))


def _blocks(canvas: Canvas, base: int, centre: float, rise: float, breadth: float) -> list[Block]:
    """One row of buildings, higher towards ``centre``."""
    random, blocks, x = canvas.random, [], -canvas.unit * 0.02
    while x < canvas.width:
        width = canvas.unit * breadth * random.uniform(0.55, 1.5)
        middle = np.exp(-((((x + width / 2) / canvas.width - centre) / 0.3) ** 2))
        height = canvas.unit * rise * (0.22 + 0.85 * middle * random.random() + 0.12 * random.random())
        blocks.append((int(x), int(base - height), int(x + width), base + 2))
        x += width * random.uniform(0.92, 1.12)
    return blocks


def _outline(canvas: Canvas, block: Block) -> list[Polygon]:
    """The building and what crowns it: nothing, a step, a slant or a mast."""
    left, top, right, bottom = block
    width, height = right - left, bottom - top
    parts = [_box(left, top, right, bottom)]
    crown = canvas.random.random()
    if crown < 0.25:
        parts.append(_box(left + width * 0.2, top - height * 0.09, right - width * 0.2, top))
    elif crown < 0.4:
        parts.append([(left, top), (right, top - width * 0.45), (right, top)])
    elif crown < 0.55 and height > width * 2:
        middle, half = left + width / 2, max(1.0, width * 0.03)
        parts.append([(left + width * 0.25, top), (middle, top - height * 0.1), (right - width * 0.25, top)])
        parts.append([(middle - half, top), (middle, top - height * 0.3), (middle + half, top)])
    return parts


def _paint_windows(canvas: Canvas, blocks: list[Block], glass: Colour, pitch: float, lit: float) -> None:
    """A grid of panes on each front: ``pitch`` apart, dull glass, and of these the share ``lit`` with a lamp behind."""
    across, down = max(3, round(pitch)), max(4, round(pitch * 1.25))
    pane = np.zeros((down, across), dtype=np.uint8)
    pane[: round(down * 0.6), : round(across * 0.6)] = 1
    numbers = np.zeros((canvas.height, canvas.width), dtype=np.uint8)
    for left, top, right, bottom in blocks:
        columns, rows = (right - left) // across - 1, (bottom - top) // down - 1
        if left < 0 or columns < 1 or rows < 1:
            continue
        luck = canvas.random.random((rows, columns))
        panes = np.kron(np.where(luck < lit, 2 + luck * 997 % len(LAMPS), 1).astype(np.uint8), pane)
        x, y = left + (right - left - columns * across) // 2 + across // 5, max(0, top) + down // 2
        front = numbers[y : y + rows * down, x : x + columns * across]
        front[:] = panes[: front.shape[0], : front.shape[1]]
    canvas.paint_by_numbers(numbers, (glass, *LAMPS))


def _box(left: float, top: float, right: float, bottom: float) -> Polygon:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]
