"""What hangs above the horizon: sun or moon, stars, clouds and northern lights."""

from dataclasses import dataclass

import numpy as np

from .canvas import Canvas, oval
from .noise import outline, texture
from .palette import Colour, Palette, mix, rgb

WARM_STAR, COLD_STAR = rgb("ffe9c9"), rgb("dbe8ff")


@dataclass(frozen=True, slots=True)
class Lamp:
    """The sun or the moon, in pixels."""

    x: float
    y: float
    radius: float


def place_lamp(canvas: Canvas, horizon: int, hour: str) -> Lamp:
    """Low at the day's ends, high at noon and at night, and never in the middle."""
    third = (0.3, 0.7)[int(canvas.random.integers(2))]
    x = canvas.width * (third + canvas.random.uniform(-0.06, 0.06))
    height = {"day": 0.62, "night": 0.58, "storm": 0.5}.get(hour, canvas.random.uniform(0.14, 0.3))
    radius = canvas.unit * {"day": 0.055, "night": 0.06}.get(hour, 0.085)
    return Lamp(x, horizon * (1 - height), radius)


def paint_sky(canvas: Canvas, palette: Palette, horizon: int, lamp: Lamp, hour: str) -> None:
    """The gradient, the light around the lamp and the lamp itself."""
    canvas.wash(palette.sky, horizon)
    if hour in ("night", "twilight"):
        paint_stars(canvas, horizon, 420 if hour == "night" else 160)
    if hour == "storm":
        return
    warmth = mix(palette.light, palette.sky[-1], 0.35)
    canvas.glow(lamp.x, lamp.y, canvas.unit * 0.62, warmth, 0.4 if hour == "night" else 0.75)
    canvas.glow(lamp.x, lamp.y, lamp.radius * 2.4, palette.light, 0.7)
    canvas.shapes([oval(lamp.x, lamp.y, lamp.radius)], palette.light)
    if hour == "night":
        _paint_moon_seas(canvas, lamp, mix(palette.light, palette.sky[1], 0.22))


def _paint_moon_seas(canvas: Canvas, lamp: Lamp, colour: Colour) -> None:
    spots = ((-0.35, -0.3, 0.3), (0.15, -0.42, 0.2), (0.3, 0.05, 0.26), (-0.2, 0.3, 0.24), (0.28, 0.5, 0.14))
    r = lamp.radius
    canvas.shapes([oval(lamp.x + x * r, lamp.y + y * r, size * r, 0.85) for x, y, size in spots], colour, 0.6)


def paint_stars(canvas: Canvas, bottom: int, count: int) -> None:
    """Many faint stars, a few bright ones with a glow; fewer towards ``bottom``."""
    random = canvas.random
    stars = random.random((count, 2)) ** (1, 1.4) * (canvas.width, bottom * 0.95)
    canvas.dots(stars, canvas.unit / 1024 * (0.7 + 1.5 * random.random(count) ** 4), COLD_STAR, fineness=2)
    for turn, (x, y) in enumerate(stars[: count // 25]):
        canvas.glow(x, y, canvas.unit * 0.009, (COLD_STAR, WARM_STAR)[turn % 2], 0.8)


def paint_clouds(canvas: Canvas, palette: Palette, horizon: int, cover: float) -> None:
    """Stretched banks of cloud, lit from below where the sky is bright; ``cover`` from 0 to 1."""
    above = (0, 0, canvas.width, horizon)
    width, height = canvas.width // 2, max(8, horizon // 2)
    cells = (2.6 * canvas.width / canvas.height + 1, 5.5)
    billows = texture(canvas.random, width, height, cells, 5)
    fade = np.linspace(1.12, 0.86, height, dtype=np.float32)[:, None]
    density = np.clip((billows * fade - (0.66 - 0.3 * cover)) * 4.2, 0, 1)
    lit = mix(palette.sky[-1], palette.light, 0.45)
    shadowed = mix(palette.sky[1], palette.sky[2], 0.55)
    canvas.stain_enlarged(density * 0.85, (mix(shadowed, lit, 0.35), lit), above)
    inner = np.clip((np.roll(billows, -max(2, height // 24), axis=0) * fade - (0.74 - 0.3 * cover)) * 4, 0, 1)
    canvas.stain_enlarged(inner * density * 0.6, (shadowed, mix(shadowed, lit, 0.4)), above)


def paint_aurora(canvas: Canvas, horizon: int) -> None:
    """Two curtains of light: sharp at their lower hem, fading upwards in fine rays."""
    width, height = canvas.width // 2, max(8, horizon // 2)
    rows = np.arange(height, dtype=np.float32)[:, None]
    for colour, level in ((rgb("48f0a8"), 0.62), (rgb("8a6cf0"), 0.4), (rgb("3fe0c8"), 0.78)):
        hem = height * (level + 0.28 * (outline(canvas.random, width, 1.6, 2, smooth=True) - 0.5))
        rays = 0.45 + 0.55 * outline(canvas.random, width, 26, 3, smooth=True)
        rise = (hem - rows) / (height * 0.42)
        curtain = np.where(rise > 0, np.exp(-2.6 * rise), np.exp(18 * rise)) * rays
        canvas.stain_enlarged(curtain * 0.62, colour, (0, 0, canvas.width, horizon))
