"""What falls or drifts between the viewer and the scene."""

import numpy as np

from .canvas import Canvas
from .noise import texture
from .palette import Palette, mix


def paint_rain(canvas: Canvas, palette: Palette) -> None:
    """Slanting streaks, some close and some far."""
    random, count = canvas.random, 380
    near = random.random(count)
    length, half = canvas.unit * (0.03 + 0.035 * near), canvas.unit * (0.0006 + 0.0006 * near)
    streak = np.array([(-1, 0), (1, 0), (1, 1), (-1, 1)])
    xs, ys = random.random((2, count)) * [[canvas.width * 1.1], [canvas.height]]
    lean = np.outer(length, streak[:, 1] * -0.2)
    across, down = xs[:, None] + np.outer(half, streak[:, 0]) + lean, ys[:, None] + np.outer(length, streak[:, 1])
    canvas.shapes(list(np.stack([across, down], axis=-1)), mix(palette.light, palette.haze, 0.3), 0.3, fineness=2)


def paint_snowfall(canvas: Canvas) -> None:
    """Many small flakes far off, and a few large ones in front that are out of focus."""
    random = canvas.random
    for count, least, spread, opacity in ((340, 0.0012, 0.0036, 0.85), (26, 0.006, 0.006, 0.35)):
        flakes = random.random((count, 2)) * (canvas.width, canvas.height)
        radii = canvas.unit * (least + spread * random.random(count) ** 2)
        canvas.dots(flakes, radii, (255, 255, 255), opacity, fineness=2)


def paint_fog(canvas: Canvas, palette: Palette, horizon: int) -> None:
    """Banks of mist, thickest at the horizon."""
    width, height = canvas.width // 4, canvas.height // 4
    banks = texture(canvas.random, width, height, (2, 6), 3)
    rows = np.arange(height, dtype=np.float32)[:, None] * 4
    near_horizon = np.exp(-(((rows - horizon * 1.08) / (canvas.height * 0.24)) ** 2))
    fog = np.clip(near_horizon * (0.25 + banks * 1.1), 0, 0.92).astype(np.float32)
    everything = (0, 0, canvas.width, canvas.height)
    canvas.stain_enlarged(fog, mix(palette.haze, palette.light, 0.35), everything)
