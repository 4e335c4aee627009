"""Where a figure touches what it stands on, and the shadow that it throws."""

import numpy as np
from PIL import Image, ImageFilter

from .canvas import Canvas
from .cutout import COARSE, Cutout
from .palette import Colour

FLATNESS, LEAN = 0.26, 0.55
"""The length of a thrown shadow beside the figure's height, and how far it leans away from the light."""


def paint_contact(
    canvas: Canvas, figure: Cutout, foot: tuple[float, float], colour: Colour, strength: float = 0.6
) -> None:
    """A soft dark oval under the feet."""
    left, right = figure.span()
    half, thick = (right - left) / 2 * 1.12 + figure.size * 0.02, figure.size * 0.035 + 1
    x, y = foot[0] + (left + right) / 2, foot[1]
    across = np.linspace(-1.3, 1.3, 48, dtype=np.float32) ** 2
    down = np.linspace(-1.3, 1.3, 16, dtype=np.float32)[:, None] ** 2
    mask = strength * np.clip(1 - (across**1.6 + down) / 1.69, 0, 1) ** 1.2
    box = (round(x - half * 1.3), round(y - thick * 1.3), round(x + half * 1.3), round(y + thick * 1.3))
    canvas.stain_enlarged(mask, colour, (box[0], box[1], max(box[2], box[0] + 1), max(box[3], box[1] + 1)))


def paint_shadow(
    canvas: Canvas, figure: Cutout, foot: tuple[float, float], colour: Colour, side: float, strength: float = 0.3
) -> None:
    """The figure's own outline laid on the ground before it, away from a light at ``side`` (-1 left, 1 right)."""
    small = figure.alpha.reduce(COARSE)
    height = round(figure.foot[1] / COARSE)
    upright = small.crop((0, 0, small.width, height))
    depth = max(1, round(height * FLATNESS))
    lean = height * LEAN
    room = round(lean) + 2
    wide = Image.new("L", (small.width + 2 * room, height))
    wide.paste(upright, (room, 0))
    # Row y of the shadow shows the row of the figure that is y / FLATNESS above its feet, moved away from the light.
    shear = (1, side * lean / depth, 0, 0, -height / depth, height)
    laid = wide.transform((wide.width, depth), Image.Transform.AFFINE, shear, Image.Resampling.BILINEAR)
    laid = laid.filter(ImageFilter.GaussianBlur(max(0.5, figure.size * 0.012 / COARSE)))
    fading = np.linspace(strength, strength * 0.25, depth, dtype=np.float32)[:, None]
    mask = np.asarray(laid, dtype=np.float32) / 255 * fading
    left = round(foot[0] - figure.foot[0] - room * COARSE)
    top = round(foot[1] - figure.size * 0.01)
    canvas.stain_enlarged(mask, colour, (left, top, left + wide.width * COARSE, top + depth * COARSE))
