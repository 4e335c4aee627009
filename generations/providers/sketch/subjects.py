"""Puts the subject of a prompt into its scene: in the air, on the water or on the ground in front."""

import dataclasses

from .canvas import Canvas
from .figures import traits_of
from .land import paint_knoll, paint_road
from .lit_figures import cutout_of
from .palette import mix, palette_for
from .stage import Stage
from .standing import companion_of, paint_standing, places_of

FLOCK = ((0, 0, 1), (0.14, -0.07, 0.6), (0.22, 0.03, 0.5), (-0.12, -0.1, 0.4), (-0.18, 0.05, 0.34), (0.3, -0.1, 0.4),
         (-0.26, -0.06, 0.36), (0.06, -0.15, 0.34), (0.36, 0.0, 0.32), (-0.32, 0.02, 0.3), (0.1, 0.09, 0.34),
         (-0.06, 0.1, 0.3))  # fmt: skip
"""Across and down in units of the shorter side, and size beside the first bird's."""
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
        paint_standing(canvas, stage, (x, canvas.height))
    else:
        _paint_on_land(canvas, stage, x)


def paint_adrift(canvas: Canvas, stage: Stage) -> None:
    """Let the subject float in the middle of space, in starlight."""
    if stage.motif.subject:
        stage = dataclasses.replace(stage, palette=palette_for("twilight", "", canvas.random))
        _paint_hovering(canvas, stage, (canvas.width * 0.42, canvas.height * 0.78))


def _paint_flock(canvas: Canvas, stage: Stage, x: float) -> None:
    bird = cutout_of(canvas, stage, stage.motif.subject)
    for right, down, scale in FLOCK[: stage.motif.count]:
        bird.scaled(scale).put_on(canvas, (x + right * canvas.unit, canvas.height * (0.4 + down)))


def _paint_hovering(canvas: Canvas, stage: Stage, foot: Point) -> None:
    """Side by side, each at a height of its own."""
    places, size = places_of(canvas, stage.motif.subject, stage.motif.count, foot[0])
    figure = cutout_of(canvas, stage, stage.motif.subject, places[0].scale)
    for spot in places:
        lift = 0.3 * figure.size * canvas.random.random() if len(places) > 1 else 0
        figure.put_on(canvas, (spot.x, foot[1] - spot.rise * size - lift))


def _paint_afloat(canvas: Canvas, stage: Stage, foot: Point) -> None:
    """The figures over their faint, flattened reflections, without what is under water."""
    subject = stage.motif.subject
    places, size = places_of(canvas, subject, stage.motif.count, foot[0])
    figure = cutout_of(canvas, stage, subject, places[0].scale)
    draught = round(traits_of(subject).draught * figure.size)
    above, below = figure.cropped(draught), figure.reflected(draught)
    for spot in places:
        at = (spot.x, foot[1] + (places[0].rise - 2 * spot.rise) * size * 0.3)
        below.put_on(canvas, at)
        above.put_on(canvas, at)


def _paint_on_land(canvas: Canvas, stage: Stage, x: float) -> None:
    """On a knoll or a road."""
    motif, level, palette = stage.motif, canvas.height * 0.82, stage.palette
    size, companion = canvas.unit * traits_of(motif.subject).size, companion_of(stage)
    if palette.dimness > 0.65:  # mist behind it, or a dark figure would be lost in the dark
        canvas.glow(x, level - size * 0.45, size * 0.7, mix(palette.haze, palette.light, 0.25), 0.55)
    if "road" in {traits_of(subject).place for subject in (motif.subject, companion) if subject}:
        paint_road(canvas, palette, level)
    else:
        reach = canvas.width / 2 if companion or motif.count > 1 else 0
        nearness = 0.92 if stage.ground and not stage.is_snowy else 0.62
        paint_knoll(canvas, palette, stage.soil, x, level, nearness, reach=reach)
    paint_standing(canvas, stage, (x, level + canvas.unit * 0.012))
