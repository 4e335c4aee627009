"""Where the subject of a prompt stands, how large, and in which colours."""

import dataclasses
import math

import numpy as np

from .canvas import Canvas
from .figures import parts_of
from .land import paint_knoll, paint_road
from .palette import PAINTS, Colour, mix, palette_for, rgb
from .stage import Stage

SIZES = {
    "balloon": 0.36, "bird": 0.16, "bloom": 0.66, "boat": 0.3, "bottle": 0.6, "car": 0.46, "castle": 0.42, "cat": 0.36,
    "dog": 0.34, "house": 0.27, "lighthouse": 0.5, "mug": 0.46, "palm": 0.5, "person": 0.36, "portrait": 0.82,
    "robot": 0.44, "rocket": 0.5, "tree": 0.52, "whale": 0.5,
}  # fmt: skip
"""Shares of the picture's shorter side."""
USUAL_COLOURS = {
    "balloon": "red", "bloom": "pink", "boat": "red", "bottle": "purple", "car": "red", "mug": "teal",
    "portrait": "blue", "robot": "teal", "rocket": "red", "tree": "green", "whale": "blue",
}  # fmt: skip
TILTS = {"rocket": 0.5}
"""Radians, clockwise."""
DRAUGHTS = {"boat": 0.03, "whale": 0.3}
"""How much of a floating figure is under water."""
SEASONED = {"spring": "pink", "autumn": "orange", "winter": "white"}
FLOCK = ((0, 0, 1), (0.14, -0.07, 0.6), (0.22, 0.03, 0.5), (-0.12, -0.1, 0.4), (-0.18, 0.05, 0.34))
"""Across and down in units of the shorter side, and size beside the first bird's."""


def paint_outdoors(canvas: Canvas, stage: Stage) -> None:
    """Put the subject into the sky, on the water or on a rise in front, on the side that the lamp leaves free."""
    x = canvas.width * (0.64 if stage.lamp.x < canvas.width / 2 else 0.36)
    match stage.motif.subject:
        case "":
            return
        case "bloom" if stage.ground == "meadow":
            return  # it is in bloom already, and one flower more would be a giant among the others
        case "bird":
            for right, down, scale in FLOCK:
                paint_subject(canvas, stage, (x + right * canvas.unit, canvas.height * (0.36 + down)), scale)
        case "balloon" | "rocket":
            paint_subject(canvas, stage, (x, stage.horizon * 0.86))
        case "boat" | "whale" if stage.is_wet:
            _paint_afloat(canvas, stage, x, stage.horizon + (canvas.height - stage.horizon) * 0.3)
        case "portrait":
            paint_subject(canvas, stage, (x, canvas.height))
        case _:
            _paint_standing(canvas, stage, x)


def paint_adrift(canvas: Canvas, stage: Stage) -> None:
    """Let the subject float in the middle of space, in starlight."""
    if stage.motif.subject:
        stage = dataclasses.replace(stage, palette=palette_for("twilight", "", canvas.random))
        paint_subject(canvas, stage, (canvas.width * 0.42, canvas.height * 0.78))


def paint_subject(canvas: Canvas, stage: Stage, foot: tuple[float, float], scale: float = 1) -> None:
    """Draw the figure with the middle of its feet at ``foot``."""
    subject = stage.motif.subject
    size = canvas.unit * SIZES[subject] * scale
    turn = TILTS.get(subject, 0)
    rotation = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    tones = _tones(stage)
    for part in parts_of(subject):
        paint, opacity = tones[part.tone]
        canvas.shapes([(part.points - (0.5, 1)) @ rotation * size + foot], paint, opacity)


def _paint_standing(canvas: Canvas, stage: Stage, x: float) -> None:
    level, palette = canvas.height * 0.82, stage.palette
    size = canvas.unit * SIZES[stage.motif.subject]
    if palette.dimness > 0.65:  # mist behind it, or a dark figure would be lost in the dark
        canvas.glow(x, level - size * 0.45, size * 0.7, mix(palette.haze, palette.light, 0.25), 0.55)
    if stage.motif.subject == "car":
        paint_road(canvas, palette, level)
    else:
        paint_knoll(canvas, palette, stage.soil, x, level, 0.92 if stage.ground and not stage.is_snowy else 0.62)
    paint_subject(canvas, stage, (x, level + canvas.unit * 0.012))


def _paint_afloat(canvas: Canvas, stage: Stage, x: float, waterline: float) -> None:
    """The figure over its faint, flattened reflection, and the water over the part of it that is under."""
    subject = stage.motif.subject
    size, draught = canvas.unit * SIZES[subject], DRAUGHTS[subject]
    tones = _tones(stage)
    for part in parts_of(subject):
        reflected = (part.points - (0.5, 1 - draught)) * (size, -size * 0.6) + (x, waterline)
        canvas.shapes([reflected], tones[part.tone][0], 0.2)
    below = (int(x - size), int(waterline), int(x + size), int(waterline + size))
    water = canvas.image.crop(below)
    paint_subject(canvas, stage, (x, waterline + draught * size))
    canvas.image.paste(water, below[:2])


def _colour(stage: Stage) -> str:
    """What the prompt says, else what the season does to leaves, else what such things usually are."""
    motif = stage.motif
    leaves = SEASONED.get(motif.season, "") if motif.subject == "tree" else ""
    return motif.colour or leaves or USUAL_COLOURS.get(motif.subject, "white" if stage.ground == "space" else "")


def _tones(stage: Stage) -> dict[str, tuple[Colour, float]]:
    """The colour and the opacity of each tone in figures.txt, in the light of the hour."""
    palette, shade, dimness = stage.palette, stage.palette.shade, stage.palette.dimness
    own = _colour(stage)
    body = mix(PAINTS[own], shade, dimness * 0.55) if own else mix(shade, palette.haze, 0.06)
    skin = mix(rgb("e9b08c"), shade, dimness * 0.45)
    return {
        "body": (body, 1),
        "lit": (mix(body, palette.light, 0.28), 0.8),
        "dark": (mix(shade, rgb("1a1620"), 0.3), 1),
        "pale": (mix(rgb("f6efe2"), shade, dimness * 0.4), 1),
        "warm": (mix(PAINTS["yellow" if own == "red" else "red"], shade, dimness * 0.5), 1),
        "glow": (rgb("ffdd8c"), 1),
        "glass": (mix(palette.sky[1], (255, 255, 255), 0.25), 0.92),
        "sheen": (palette.light, 0.28 * (1 - dimness)),
        "coffee": (mix(rgb("6b3f25"), shade, dimness * 0.4), 1),
        "steam": ((255, 255, 255), 0.35),
        "skin": (skin, 1),
        "shaded": (mix(skin, mix(shade, PAINTS["red"], 0.3), 0.32), 1),
        "leaf": (mix(PAINTS["green"], shade, 0.25 + dimness * 0.4), 1),
    }
