"""Compositions for prompts that name nothing to draw: paper waves, discs, or marbled ink."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .canvas import Canvas, Mask, oval
from .noise import outline, texture
from .palette import PAINTS, Colour, mix, rgb

SETS = (
    "f4ebdc f2b84b e8663f b3304f 3b1f4a",
    "f6f0e4 a9d6c8 3f9c9a 1f5f7a 16304a",
    "fbeee0 f5b7a3 e5737a 8f4a86 2c2a5e",
    "f3efe0 d9c56a 7f9f4f 2f6f5a 17333a",
    "eef1f4 b5c7e6 6d8fd8 4a4fb0 241f56",
    "fdf1d8 f7c873 f08a4b c8434e 5a1f45",
    "f1ede6 e3b9a8 c07a6a 6f4a5a 2b2a3c",
)


def paint_abstract(canvas: Canvas, colour: str) -> None:
    """One of three compositions in one of seven families of colours."""
    random = canvas.random
    colours = [rgb(code) for code in SETS[int(random.integers(len(SETS)))].split()]
    if colour:
        colours = [mix(shade, PAINTS[colour], 0.45) for shade in colours]
    composition = (_paint_waves, _paint_discs, _paint_marble)[int(random.integers(3))]
    composition(canvas, colours)


def _between(colours: list[Colour], share: float) -> Colour:
    place = min(max(share, 0), 0.9999) * (len(colours) - 1)
    return mix(colours[int(place)], colours[int(place) + 1], place % 1)


def _paint_waves(canvas: Canvas, colours: list[Colour]) -> None:
    """Sheets of paper, each with a soft shadow on the one behind it, under a disc."""
    canvas.wash((colours[0], mix(colours[0], colours[1], 0.5)))
    x = canvas.width * canvas.random.uniform(0.25, 0.75)
    canvas.shapes([oval(x, canvas.height * 0.3, canvas.unit * 0.15)], (colours[1], colours[2]))
    sheets = 8
    for sheet in range(sheets):
        share = sheet / (sheets - 1)
        swell = outline(canvas.random, canvas.width, 1.2 * canvas.width / canvas.height + 0.4, 2, smooth=True)
        line = (canvas.height * (0.24 + 0.66 * share - 0.24 * swell)).astype(np.float32)
        for lift in (0.014, 0.009, 0.005):
            canvas.below(line - canvas.unit * lift, colours[-1], 0.06, thickness=int(canvas.unit * lift) + 2)
        shade = _between(colours[1:], share)
        canvas.below(line, (mix(shade, colours[0], 0.28), shade))


def _paint_discs(canvas: Canvas, colours: list[Colour]) -> None:
    """Large translucent discs and rings that overlap, after the Bauhaus."""
    random = canvas.random
    canvas.wash((colours[0], mix(colours[0], colours[1], 0.35)))
    for turn in range(9):
        radius = canvas.unit * random.uniform(0.1, 0.34)
        x, y = random.uniform(0.08, 0.92) * canvas.width, random.uniform(0.1, 0.85) * canvas.height
        shade = colours[1 + turn % 4]
        canvas.shapes([oval(x, y, radius)], (shade, mix(shade, colours[0], 0.4)), 0.8)
        if turn % 3 == 0:
            for reach in (1.12, 1.22, 1.32):
                outer, inner = oval(x, y, radius * reach), oval(x, y, radius * reach - canvas.unit * 0.003)
                canvas.shapes([[*outer, outer[0], inner[0], *reversed(inner)]], colours[4], 0.7)
    for _ in range(5):
        x, y = random.random() * canvas.width, random.random() * canvas.height
        canvas.shapes([oval(x, y, canvas.unit * random.uniform(0.008, 0.025))], colours[4])


def _paint_marble(canvas: Canvas, colours: list[Colour]) -> None:
    """Ink drawn through water: noise bent by noise, read as a height on the scale of colours."""
    width, height = canvas.width // 3, canvas.height // 3
    cells = (1.2 * canvas.width / canvas.height, 1.2)
    bend_x, bend_y, ink = (texture(canvas.random, width, height, cells, 3) for _ in range(3))
    reach = min(width, height) * 1.3
    rows = np.arange(height)[:, None] + (bend_y - 0.5) * reach
    columns = np.arange(width)[None] + (bend_x - 0.5) * reach
    bent = ink[_folded(rows, height), _folded(columns, width)]
    level = 0.5 + (bent - 0.5) * 1.5 + (bend_x - bend_y) * 0.35
    veins = np.abs(np.sin(level * 21)) ** 8
    share = np.clip(level + 0.05 * np.sin(level * 42) - 0.1 * veins, 0, 1)
    scale = np.linspace(0, 1, len(colours))
    inked = np.stack([np.interp(share, scale, channel) for channel in zip(*colours, strict=True)], axis=-1)
    small = Image.fromarray(inked.astype(np.uint8))
    canvas.image.paste(small.resize(canvas.image.size, Image.Resampling.BICUBIC))


def _folded(places: Mask, length: int) -> NDArray[np.intp]:
    """Places beyond the edges, folded back as by mirrors there."""
    turned = np.abs(places) % (2 * length)
    folded: NDArray[np.intp] = np.minimum(turned, 2 * length - 1 - turned).clip(0, length - 1).astype(np.intp)
    return folded
