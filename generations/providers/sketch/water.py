"""Water: whatever stands above the horizon, seen again in a moving mirror."""

import numpy as np
from PIL import Image

from .canvas import Canvas
from .noise import Floats, texture
from .palette import SOILS, Palette, mix
from .sky import Lamp


def paint_water(canvas: Canvas, palette: Palette, horizon: int, lamp: Lamp | None, swell: float) -> None:
    """Mirror everything above ``horizon`` below it; ``swell`` from 0 (a pond) to 1 (open sea)."""
    depth = canvas.height - horizon
    waves = _waves(canvas, depth)
    mirrored = _mirror(canvas, horizon, waves, swell)
    canvas.image.paste(mirrored, (0, horizon))
    deep = mix(mix(SOILS["water"], palette.sky[1], 0.5), palette.shade, palette.dimness * 0.9)
    rows = np.linspace(0, 1, depth, dtype=np.float32)[:, None]
    canvas.stain(np.clip(0.16 + 0.5 * rows + (0.5 - waves) * (0.2 + 0.5 * swell), 0, 0.9), deep, (0, horizon))
    if lamp:
        _paint_glitter(canvas, palette, horizon, lamp)


def _waves(canvas: Canvas, depth: int) -> Floats:
    """Ripples from 0 to 1, crowded at the horizon and wide in front."""
    flat = texture(canvas.random, canvas.width // 2, 512, (7 * canvas.width / canvas.height, 40), 3)
    order = (511 * np.linspace(0, 1, depth) ** 0.55).astype(np.intp)
    field = Image.fromarray(flat[order]).resize((canvas.width, depth), Image.Resampling.BILINEAR)
    return np.asarray(field)


def _mirror(canvas: Canvas, horizon: int, waves: Floats, swell: float) -> Image.Image:
    depth, width = waves.shape
    source = np.asarray(canvas.image)
    down = np.arange(depth, dtype=np.float32)[:, None]
    stretch = horizon / max(depth, 1) if horizon < depth else 1.0
    reach = canvas.unit * (0.02 + 0.12 * swell) * (0.15 + down / depth)
    rows = np.clip(horizon - 1 - down * stretch + (waves - 0.5) * 2 * reach, 0, horizon - 1).astype(np.intp)
    drift = ((waves[:, ::-1] - 0.5) * canvas.unit * 0.03 * (0.1 + down / depth)).astype(np.intp)
    columns = np.clip(np.arange(width)[None] + drift, 0, width - 1)
    return Image.fromarray(source[rows, columns])


def _paint_glitter(canvas: Canvas, palette: Palette, horizon: int, lamp: Lamp) -> None:
    """Short bright dashes under the lamp, longer and wider spread towards the viewer."""
    random, depth = canvas.random, canvas.height - horizon
    share = random.random(260) ** 1.3
    spread = lamp.radius * (0.5 + 1.3 * share)
    xs = lamp.x + random.normal(size=260) * spread
    ys = horizon + 2 + share * depth * 0.92
    half = canvas.unit * (0.006 + 0.02 * share) * (0.5 + random.random(260))
    thick = canvas.unit * (0.0007 + 0.0016 * share)
    dashes = [[(x - h, y), (x, y - t), (x + h, y), (x, y + t)] for x, y, h, t in zip(xs, ys, half, thick, strict=True)]
    canvas.shapes(dashes, palette.light, 0.75, fineness=2)
