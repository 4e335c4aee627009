"""Compositions for prompts that name nothing to draw: cut paper, discs, or marbled ink."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .canvas import Canvas, Mask, oval
from .noise import texture
from .palette import Colour, mix
from .papercut import colours_of, paint_papercut


def paint_abstract(canvas: Canvas, colour: str, words: Sequence[str]) -> None:
    """One of three compositions in the colours of the words, most often the one that shows each of them."""
    colours = colours_of(words, colour)
    choice = int(canvas.random.integers(4))
    if choice > 1 and words:
        paint_papercut(canvas, colours, words)
    else:
        (_paint_discs, _paint_marble)[choice % 2](canvas, colours)


def _paint_discs(canvas: Canvas, colours: Sequence[Colour]) -> None:
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


def _paint_marble(canvas: Canvas, colours: Sequence[Colour]) -> None:
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
