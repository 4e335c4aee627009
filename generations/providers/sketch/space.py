"""Deep space: clouds of gas, stars, and a planet lit from one side."""

import numpy as np

from .canvas import Canvas, oval
from .noise import Floats, texture
from .palette import PAINTS, Colour, mix, rgb
from .sky import paint_stars

NEBULAE = (("5b2a9d", "e0508f", "2a6fd6"), ("0f5f8f", "2fc1b5", "8f4fd0"), ("8f2f4f", "f08a3c", "4a3aa8"))
WORLDS = (("f2b872", "a8552f"), ("8fd0e8", "2f5fae"), ("e8d7b0", "b07f4f"), ("d78fb8", "6a3f9f"), ("9fe0c0", "2f7f86"))


def paint_space(canvas: Canvas, colour: str) -> None:
    """The whole picture: nothing stands on a ground here."""
    random = canvas.random
    canvas.wash((rgb("05060f"), rgb("0b0c22"), rgb("070714")))
    hues = [rgb(code) for code in NEBULAE[int(random.integers(len(NEBULAE)))]]
    if colour:
        hues[1] = PAINTS[colour]
    _paint_gas(canvas, hues)
    paint_stars(canvas, int(canvas.height / 0.95), 900)
    codes = WORLDS[int(random.integers(len(WORLDS)))]
    bright, dark = rgb(codes[0]), rgb(codes[1])
    side = (0.26, 0.74)[int(random.integers(2))]
    radius = canvas.unit * random.uniform(0.2, 0.27)
    x, y = canvas.width * side, canvas.height * random.uniform(0.34, 0.5)
    ringed = random.random() < 0.75
    if ringed:
        _paint_ring(canvas, x, y, radius, mix(bright, (255, 255, 255), 0.3), front=False)
    _paint_world(canvas, x, y, radius, bright, dark)
    if ringed:
        _paint_ring(canvas, x, y, radius, mix(bright, (255, 255, 255), 0.3), front=True)
    moon = (canvas.width * (1 - side), canvas.height * random.uniform(0.2, 0.4))
    _paint_world(canvas, *moon, canvas.unit * 0.035, rgb("d8d8e0"), rgb("8a8a9c"))


def _paint_gas(canvas: Canvas, hues: list[Colour]) -> None:
    width, height = canvas.width // 3, canvas.height // 3
    across = np.linspace(-1, 1, width, dtype=np.float32)
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    tilt = canvas.random.uniform(-0.7, 0.7)
    band = np.exp(-(((down - across * tilt) / 0.55) ** 2)).astype(np.float32)
    for turn, hue in enumerate(hues):
        billows = texture(canvas.random, width, height, (3 * canvas.width / canvas.height, 3), 5)
        gas = np.clip((billows - 0.42) * 2.6, 0, 1) * band * (0.62 - 0.1 * turn)
        canvas.stain_enlarged(gas, hue, (0, 0, canvas.width, canvas.height))
    dust = texture(canvas.random, width, height, (4 * canvas.width / canvas.height, 4), 5)
    lanes = np.clip((dust - 0.52) * 3, 0, 0.7) * band
    canvas.stain_enlarged(lanes, rgb("06060f"), (0, 0, canvas.width, canvas.height))


def _paint_world(canvas: Canvas, x: float, y: float, radius: float, bright: Colour, dark: Colour) -> None:
    """A banded ball with its night side turned away and a thin glowing edge of air."""
    canvas.glow(x - radius * 0.2, y - radius * 0.2, radius * 1.15, bright, 0.5)
    size = int(radius * 2) + 2
    axis = (np.arange(size, dtype=np.float32) - radius) / radius
    across, down = axis[None], axis[:, None]
    distance = np.sqrt(across**2 + down**2)
    depth = np.sqrt(np.clip(1 - distance**2, 0, 1))
    disc = np.clip((1 - distance) * radius + 0.5, 0, 1)
    at = (int(x - radius), int(y - radius))
    canvas.stain(disc, dark, at)
    canvas.stain(disc * _bands(canvas, size, down), bright, at)
    light = np.clip(-0.55 * across - 0.45 * down + 0.62 * depth, 0, 1)
    canvas.stain(disc * (1 - light) ** 1.4 * 0.94, rgb("04040c"), at)
    rim = np.clip(1 - depth * 2.2, 0, 1) * light * disc
    canvas.stain(np.clip(rim, 0, 1), mix(bright, (255, 255, 255), 0.5), at)


def _bands(canvas: Canvas, size: int, down: Floats) -> Floats:
    swirl = texture(canvas.random, size, size, (3, 9), 4)
    bands: Floats = np.clip(0.5 + 0.5 * np.sin(down * 11 + swirl * 7), 0, 1)
    return bands * 0.75 + swirl * 0.25


def _paint_ring(canvas: Canvas, x: float, y: float, radius: float, colour: Colour, *, front: bool) -> None:
    for reach, opacity in ((1.38, 0.5), (1.56, 0.75), (1.74, 0.55), (1.88, 0.3)):
        outer, inner = oval(0, 0, radius * reach, 0.2), oval(0, 0, radius * (reach - 0.13), 0.2)
        half = slice(0, 37) if front else slice(36, 73)
        loop_outer, loop_inner = [*outer, outer[0]][half], [*inner, inner[0]][half]
        shape = [*loop_outer, *reversed(loop_inner)]
        canvas.shapes([[(x + a - b * 0.9, y + b + a * 0.22) for a, b in shape]], colour, opacity)
