"""A subject's figure in the light of the stage and in the colour that it has there."""

import math

import numpy as np

from .canvas import Canvas
from .cutout import Cutout, cut_out
from .figures import Part, parts_of, traits_of
from .stage import Stage
from .tones import Tones

SEASONED = {"spring": "pink", "autumn": "orange", "winter": "white"}
"""What the season does to leaves."""


def cutout_of(canvas: Canvas, stage: Stage, subject: str, scale: float = 1, *, mirrored: bool = False) -> Cutout:
    """The subject's figure in the light of the stage, as large as it is usually shown times ``scale``."""
    traits, palette = traits_of(subject), stage.palette
    tones = Tones(palette, colour_of(stage, subject))
    size = max(4.0, canvas.unit * traits.size * scale)
    parts = turned(parts_of(subject), traits.tilt, mirrored=mirrored)
    return cut_out(parts, size, tones.fill, palette.light, palette.shade, light_side(canvas, stage))


def colour_of(stage: Stage, subject: str) -> str:
    """What the prompt says, else what the season does to leaves, else what such things usually are."""
    motif = stage.motif
    leaves = SEASONED.get(motif.season, "") if subject == "tree" else ""
    named = motif.colour if subject == motif.subject else motif.companion_colour
    return named or leaves or traits_of(subject).colour or ("white" if stage.ground == "space" else "")


def turned(parts: list[Part], tilt: float, *, mirrored: bool) -> list[Part]:
    """The parts turned around the middle by ``tilt`` radians, and perhaps with left and right exchanged."""
    if not (tilt or mirrored):
        return parts
    rotation = np.array([[math.cos(tilt), math.sin(tilt)], [-math.sin(tilt), math.cos(tilt)]])
    rotation[:, 0] *= -1 if mirrored else 1
    return [Part(part.tone, (part.points - 0.5) @ rotation + 0.5) for part in parts]


def light_side(canvas: Canvas, stage: Stage) -> int:
    """Where the light comes from: -1 is left."""
    return -1 if stage.lamp.x < canvas.width / 2 else 1
