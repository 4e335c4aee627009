"""A composition for words that name nothing to draw: each word has its colour and its shape, cut out of paper.

The same word has the same of both in every picture; nothing here is by luck but where the shapes lie.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageFilter

from .canvas import Canvas, Numbers
from .palette import PAINTS, Colour, mix, rgb

SWATCHES = tuple(
    rgb(code)
    for codes in (
        ("e4572e", "f2a541", "f3c969", "7fb069", "2e8b7a", "1f6f8b", "3d5a98", "6a4c93", "a23e72", "d1495b", "edae49"),
        ("66a182", "00798c", "30638e", "8e6c8a", "c08497", "f7af9d", "5b8e7d", "bc4b51", "f4a259", "8cb369", "4f6d7a"),
    )
    for code in codes
)
PAPER, INK = rgb("f7f0e3"), rgb("2a2438")
MOST = 9
"""So many words have a shape of their own."""


def colours_of(words: Sequence[str], colour: str) -> list[Colour]:
    """Paper, four colours from light to dark, and ink: the words' own, and leaning towards the colour that is named."""
    chosen = list(dict.fromkeys(SWATCHES[_luck(word).integers(len(SWATCHES))] for word in words))[:4]
    while len(chosen) < 4:
        chosen.append(SWATCHES[(SWATCHES.index(chosen[-1]) + 5) % len(SWATCHES)] if chosen else SWATCHES[0])
    if colour:
        chosen = [mix(paint, PAINTS[colour], 0.6) for paint in chosen]
    return [PAPER, *sorted(chosen, key=lambda paint: -sum(paint)), INK]


def paint_papercut(canvas: Canvas, colours: Sequence[Colour], words: Sequence[str]) -> None:
    """Shapes with soft shadows on a wall of coloured sheets."""
    _paint_sheets(canvas, colours)
    words = list(words)[:MOST]
    across = max(1, round(np.sqrt(len(words) * canvas.width / canvas.height)))
    down = -(-len(words) // across)
    step = (canvas.width / across, canvas.height * 0.88 / down)
    for turn, word in enumerate(words):
        row, column = divmod(turn, across)
        last = len(words) - row * across
        shift = (across - min(across, last)) / 2
        wander = canvas.random.uniform(-0.08, 0.08, 2)
        middle = ((column + shift + 0.5 + wander[0]) * step[0], (row + 0.5 + wander[1]) * step[1])
        _paint_word(canvas, colours, word, middle, min(step) * 0.43)


def _paint_sheets(canvas: Canvas, colours: Sequence[Colour]) -> None:
    canvas.wash((colours[0], mix(colours[0], colours[1], 0.2)))
    edges = [0.0, canvas.random.uniform(0.28, 0.4), canvas.random.uniform(0.6, 0.72), 1.0]
    heights = canvas.random.uniform(0.35, 0.65, 3)
    for column in range(3):
        left, right = edges[column] * canvas.width, edges[column + 1] * canvas.width
        for row, (top, bottom) in enumerate(((0, heights[column]), (heights[column], 1))):
            if (column + row) % 2:
                continue
            tint = mix(colours[1 + (column * 2 + row) % 4], colours[0], 0.62)
            sheet = [(left, top * canvas.height), (right, top * canvas.height)]
            sheet += [(right, bottom * canvas.height), (left, bottom * canvas.height)]
            canvas.shapes([sheet], (mix(tint, PAPER, 0.2), tint))


def _paint_word(
    canvas: Canvas, colours: Sequence[Colour], word: str, middle: tuple[float, float], reach: float
) -> None:
    luck = _luck(word)
    paint = colours[1 + int(luck.integers(len(SWATCHES))) % 4]
    shape = (_blossom, _frond, _pebble)[int(luck.integers(3))]
    parts = [part * reach + middle for part in shape(luck, len(word))]
    _paint_shadow(canvas, parts, reach)
    canvas.shapes(parts, (mix(paint, PAPER, 0.12), mix(paint, INK, 0.08)))
    if shape is not _frond:
        heart = _blossom(luck, 1 + len(word) // 2)[0] * reach * 0.3 + middle
        canvas.shapes([heart], PAPER if int(luck.integers(2)) else colours[-1])


def _paint_shadow(canvas: Canvas, parts: Sequence[Numbers], reach: float) -> None:
    """A blurred copy, a little lower, worked out small."""
    everything = np.concatenate(parts) + reach * 0.06
    left, top = np.floor(everything.min(axis=0) - reach * 0.1).astype(int)
    right, bottom = np.ceil(everything.max(axis=0) + reach * 0.1).astype(int)
    small = Canvas(max(2, (right - left) // 4), max(2, (bottom - top) // 4), canvas.random)
    small.shapes([(part + reach * 0.06 - (left, top)) / 4 for part in parts], (255, 255, 255))
    soft: Image.Image = small.image.convert("L").filter(ImageFilter.GaussianBlur(max(0.5, reach * 0.03 / 4)))
    canvas.stain_enlarged(np.asarray(soft, dtype=np.float32) / 255 * 0.28, INK, (left, top, right, bottom))


def _blossom(luck: np.random.Generator, letters: int) -> list[Numbers]:
    """As many lobes as the word has letters, within reason."""
    turns = np.linspace(0, 2 * np.pi, 160, endpoint=False)
    lobes = 3 + letters % 7
    radii = 0.78 + luck.uniform(0.12, 0.22) * np.cos(lobes * turns + luck.uniform(0, 6))
    return [np.stack([radii * np.cos(turns), radii * np.sin(turns)], axis=-1)]


def _pebble(luck: np.random.Generator, letters: int) -> list[Numbers]:
    """Round and uneven, no two alike."""
    turns = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    waves = sum(luck.uniform(0.04, 0.16) * np.cos(n * turns + luck.uniform(0, 6)) for n in (1, 2, 3))
    radii = 0.74 + waves + 0.02 * np.cos((4 + letters % 3) * turns)
    return [np.stack([radii * np.cos(turns), radii * np.sin(turns)], axis=-1)]


def _frond(luck: np.random.Generator, letters: int) -> list[Numbers]:
    """A stem with a pair of leaves for every two letters, as seaweed has."""
    pairs = 3 + min(letters, 10) // 2
    heights = np.linspace(0.8, -0.55, pairs)
    bend = luck.uniform(-0.3, 0.3)
    spine = np.stack([bend * (1 - np.linspace(-0.95, 0.95, 24) ** 2) - bend / 2, np.linspace(-0.95, 0.95, 24)], axis=-1)
    half = np.linspace(0.02, 0.06, 24)[:, None] * (1, 0)
    parts = [np.concatenate([spine - half, (spine + half)[::-1]])]
    for height in heights:
        x = bend * (1 - height**2) - bend / 2
        length = 0.72 * (1 - 0.45 * abs(height))
        parts += [np.asarray((x, height)) + _leaf(length, side) for side in (-1, 1)]
    return parts


def _leaf(length: float, side: int) -> Numbers:
    """A leaf that rises to one side."""
    along = np.linspace(0, 1, 24)
    thick = 0.11 * np.sin(np.pi * along**0.7)
    rise = -0.42 * along**1.4
    edge = np.stack([side * along * length, rise * length], axis=-1)
    half = np.stack([np.zeros(24), thick], axis=-1)
    leaf: Numbers = np.concatenate([edge + half, (edge - half)[::-1]])
    return leaf


def _luck(word: str) -> np.random.Generator:
    return np.random.default_rng(int.from_bytes(hashlib.sha256(word.encode("utf-8", "surrogatepass")).digest()[:8]))
