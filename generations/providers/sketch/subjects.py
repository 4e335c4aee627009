"""Puts the subject of a prompt into its scene: in the air, on the water or on the ground in front."""

import dataclasses
import math

import numpy as np

from .canvas import Canvas
from .cutout import Cutout, cut_out
from .figures import Part, parts_of, traits_of
from .groups import Spot, spots
from .land import paint_knoll, paint_road
from .palette import mix, palette_for
from .shadow import paint_contact, paint_shadow
from .stage import Stage
from .tones import Tones

SEASONED = {"spring": "pink", "autumn": "orange", "winter": "white"}
FLOCK = ((0, 0, 1), (0.14, -0.07, 0.6), (0.22, 0.03, 0.5), (-0.12, -0.1, 0.4), (-0.18, 0.05, 0.34), (0.3, -0.1, 0.4),
         (-0.26, -0.06, 0.36), (0.06, -0.15, 0.34), (0.36, 0.0, 0.32), (-0.32, 0.02, 0.3), (0.1, 0.09, 0.34),
         (-0.06, 0.1, 0.3))  # fmt: skip
"""Across and down in units of the shorter side, and size beside the first bird's."""
FAR = frozenset({"house", "castle", "lighthouse", "windmill", "temple", "tree", "palm", "tent"})
"""What stands behind its companion rather than beside it."""


NO_COMPANY = frozenset({"air", "flock", "water", "bust", "mark"})
"""Places that nothing shares with something beside it."""
Point = tuple[float, float]


def paint_outdoors(canvas: Canvas, stage: Stage) -> None:
    """Put the subject into the sky, on the water or on a rise in front, on the side that the lamp leaves free."""
    subject = stage.motif.subject
    if not subject or (subject == "bloom" and stage.ground == "meadow"):
        return  # a meadow is in bloom already, and one flower more would be a giant among the others
    place = traits_of(subject).place
    x = canvas.width * (0.64 if stage.lamp.x < canvas.width / 2 else 0.36)
    if place == "flock":
        _paint_flock(canvas, stage, x)
    elif place == "air":
        _paint_hovering(canvas, stage, (x, stage.horizon * 0.88))
    elif place == "water" and stage.is_wet:
        _paint_afloat(canvas, stage, (x, stage.horizon + (canvas.height - stage.horizon) * 0.3))
    elif place == "bust":
        paint_rows(canvas, stage, (x, canvas.height))
    else:
        _paint_standing(canvas, stage, x)


def paint_adrift(canvas: Canvas, stage: Stage) -> None:
    """Let the subject float in the middle of space, in starlight."""
    if stage.motif.subject:
        stage = dataclasses.replace(stage, palette=palette_for("twilight", "", canvas.random))
        _paint_hovering(canvas, stage, (canvas.width * 0.42, canvas.height * 0.78))


def paint_rows(canvas: Canvas, stage: Stage, foot: Point) -> None:
    """The subject as often as it is wanted around ``foot``, and its companion, on something flat."""
    companion = _companion(stage)
    if not companion:
        _stand(canvas, stage, stage.motif.subject, stage.motif.count, foot)
        return
    apart = canvas.unit * 0.24
    _stand(canvas, stage, companion, 1, (foot[0] + apart, foot[1] - canvas.unit * 0.012))
    _stand(canvas, stage, stage.motif.subject, stage.motif.count, (foot[0] - apart, foot[1]))


def cutout_of(canvas: Canvas, stage: Stage, subject: str, scale: float = 1, *, mirrored: bool = False) -> Cutout:
    """The subject's figure in the light of the stage, as large as it is usually shown times ``scale``."""
    traits, palette = traits_of(subject), stage.palette
    tones = Tones(palette, colour_of(stage, subject))
    size = max(4.0, canvas.unit * traits.size * scale)
    parts = turned(parts_of(subject), traits.tilt, mirrored=mirrored)
    return cut_out(parts, size, tones.fill, palette.light, palette.shade, _side(canvas, stage))


def colour_of(stage: Stage, subject: str) -> str:
    """What the prompt says, else what the season does to leaves, else what such things usually are."""
    motif = stage.motif
    leaves = SEASONED.get(motif.season, "") if subject == "tree" else ""
    named = motif.colour if subject == motif.subject else ""
    return named or leaves or traits_of(subject).colour or ("white" if stage.ground == "space" else "")


def turned(parts: list[Part], tilt: float, *, mirrored: bool) -> list[Part]:
    """The parts turned around the middle by ``tilt`` radians, and perhaps with left and right exchanged."""
    if not (tilt or mirrored):
        return parts
    rotation = np.array([[math.cos(tilt), math.sin(tilt)], [-math.sin(tilt), math.cos(tilt)]])
    rotation[:, 0] *= -1 if mirrored else 1
    return [Part(part.tone, (part.points - 0.5) @ rotation + 0.5) for part in parts]


def _side(canvas: Canvas, stage: Stage) -> int:
    """Where the light comes from: -1 is left."""
    return -1 if stage.lamp.x < canvas.width / 2 else 1


def _companion(stage: Stage) -> str:
    motif = stage.motif
    if not motif.companion or NO_COMPANY & {traits_of(motif.companion).place, traits_of(motif.subject).place}:
        return ""
    return motif.companion


def _paint_flock(canvas: Canvas, stage: Stage, x: float) -> None:
    bird = cutout_of(canvas, stage, stage.motif.subject)
    for right, down, scale in FLOCK[: stage.motif.count]:
        bird.scaled(scale).put_on(canvas, (x + right * canvas.unit, canvas.height * (0.4 + down)))


def _paint_hovering(canvas: Canvas, stage: Stage, foot: Point) -> None:
    """Side by side, each at a height of its own."""
    places, size = _places(canvas, stage.motif.subject, stage.motif.count, foot[0])
    figure = cutout_of(canvas, stage, stage.motif.subject, places[0].scale)
    for spot in places:
        lift = 0.3 * figure.size * canvas.random.random() if len(places) > 1 else 0
        figure.put_on(canvas, (spot.x, foot[1] - spot.rise * size - lift))


def _paint_standing(canvas: Canvas, stage: Stage, x: float) -> None:
    """On a knoll or a road, with a companion beside or behind."""
    motif, level, palette = stage.motif, canvas.height * 0.82, stage.palette
    size, companion = canvas.unit * traits_of(motif.subject).size, _companion(stage)
    if palette.dimness > 0.65:  # mist behind it, or a dark figure would be lost in the dark
        canvas.glow(x, level - size * 0.45, size * 0.7, mix(palette.haze, palette.light, 0.25), 0.55)
    if "road" in {traits_of(subject).place for subject in (motif.subject, companion) if subject}:
        paint_road(canvas, palette, level)
    else:
        paint_knoll(canvas, palette, stage.soil, x, level, 0.92 if stage.ground and not stage.is_snowy else 0.62)
    foot = level + canvas.unit * 0.012
    if companion:
        beside = x + canvas.unit * (-0.42 if x > canvas.width / 2 else 0.42)
        _stand(canvas, stage, companion, 1, (beside, foot - canvas.unit * (0.03 if companion in FAR else 0)))
    _stand(canvas, stage, motif.subject, motif.count, (x, foot))


def _stand(canvas: Canvas, stage: Stage, subject: str, count: int, foot: Point) -> None:
    """One or several on the ground, with their shadows; a bust needs none."""
    places, size = _places(canvas, subject, count, foot[0])
    figures = [
        cutout_of(canvas, stage, subject, places[0].scale, mirrored=flip) for flip in (False, True)[: min(count, 2)]
    ]
    shade, is_bust = stage.palette.shade, traits_of(subject).place == "bust"
    for turn, spot in enumerate(places):
        figure, at = figures[turn % len(figures)], (spot.x, foot[1] - spot.rise * size)
        if not is_bust:
            if stage.hour not in ("night", "storm"):
                paint_shadow(canvas, figure, at, shade, _side(canvas, stage))
            paint_contact(canvas, figure, at, shade)
        figure.put_on(canvas, at)


def _paint_afloat(canvas: Canvas, stage: Stage, foot: Point) -> None:
    """The figures over their faint, flattened reflections, without what is under water."""
    subject = stage.motif.subject
    places, size = _places(canvas, subject, stage.motif.count, foot[0])
    figure = cutout_of(canvas, stage, subject, places[0].scale)
    draught = round(traits_of(subject).draught * figure.size)
    above, below = figure.cropped(draught), figure.reflected(draught)
    for spot in places:
        at = (spot.x, foot[1] + (places[0].rise - 2 * spot.rise) * size * 0.3)
        below.put_on(canvas, at)
        above.put_on(canvas, at)


def _places(canvas: Canvas, subject: str, count: int, x: float) -> tuple[list[Spot], float]:
    """Where so many of the subject stand, and how large one of them alone would be."""
    traits = traits_of(subject)
    size = canvas.unit * traits.size
    return spots(count, size * traits.width, canvas.width, x), size
