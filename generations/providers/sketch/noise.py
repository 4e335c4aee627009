"""Smooth randomness: outlines for ridges, textures for clouds and water."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]


def outline(random: np.random.Generator, length: int, bumps: float, octaves: int, *, smooth: bool = False) -> Floats:
    """``length`` values from 0 to 1 with about ``bumps`` hills, each further octave twice as fine and half as high."""
    line = np.zeros(length, dtype=np.float32)
    for octave in range(octaves):
        span = max(1.0, bumps * 2**octave)
        knots = random.random(int(span) + 3)
        line += _stretched(knots, random.random() + np.linspace(0, span, length), smooth) / 2**octave
    low, high = float(line.min()), float(line.max())
    return (line - low) / max(high - low, 1e-6)


def _stretched(knots: NDArray[np.float64], places: NDArray[np.float64], smooth: bool) -> Floats:
    left = places.astype(np.intp)
    share = places - left
    if smooth:
        share = share * share * (3 - 2 * share)
    return (knots[left] * (1 - share) + knots[left + 1] * share).astype(np.float32)


def texture(random: np.random.Generator, width: int, height: int, cells: tuple[float, float], octaves: int) -> Floats:
    """A ``height`` by ``width`` field around 0.5 with ``cells`` (across, down) blobs, finer with each octave."""
    field = np.zeros((height, width), dtype=np.float32)
    for octave in range(octaves):
        across, down = (max(1.0, count * 2**octave) for count in cells)
        coarse = Image.fromarray(random.random((int(down) + 4, int(across) + 4), dtype=np.float32))
        left, top = 1 + random.random(2)  # off the grid, or the octaves' lattices would line up and show
        window = (left, top, left + across, top + down)
        field += np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC, box=window)) / 2**octave
    return field / np.float32(2 - 2.0 ** (1 - octaves))
