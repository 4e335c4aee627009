"""Composes one picture: which things, in which order, from the far sky to the near ground."""

from collections.abc import Sequence

from . import land, mountains, plants, sky, subjects, weather
from .abstract import paint_abstract
from .canvas import Canvas
from .city import paint_city
from .mark import paint_mark
from .palette import PAINTS, SOILS, Colour, mix
from .reading import Motif
from .space import paint_space
from .stage import Stage, plan
from .standing import on_its_feet
from .studio import paint_studio
from .water import paint_water

CLOUD_COVER = {"rain": 0.95, "cloud": 0.7, "fog": 0.4, "snowfall": 0.5}
FOLIAGE: dict[str, tuple[Colour, ...]] = {
    "autumn": (PAINTS["orange"], PAINTS["red"], mix(PAINTS["yellow"], PAINTS["orange"], 0.3)),
    "spring": (PAINTS["pink"], SOILS["meadow"]),
    "winter": (mix(SOILS["forest"], SOILS["snow"], 0.6),),
}


def paint(canvas: Canvas, motif: Motif, words: Sequence[str]) -> None:
    """Paint what the motif names, or if that is nothing the words themselves; the rest is the canvas's luck."""
    if motif.is_blank:
        paint_abstract(canvas, motif.colour, words)
        return
    if motif.subject == "logo":
        paint_mark(canvas, motif)
        return
    stage = plan(canvas, on_its_feet(motif))
    if stage.ground == "space":
        paint_space(canvas, "" if motif.subject else motif.colour)
        subjects.paint_adrift(canvas, stage)
    elif stage.ground in ("studio", "plinth"):
        paint_studio(canvas, stage)
    else:
        _paint_sky(canvas, stage)
        _paint_ground(canvas, stage)
        _paint_front(canvas, stage)


def _paint_sky(canvas: Canvas, stage: Stage) -> None:
    sky.paint_sky(canvas, stage.palette, stage.horizon, stage.lamp, stage.hour)
    if stage.motif.weather == "aurora":
        sky.paint_aurora(canvas, stage.horizon)
    else:
        cover = CLOUD_COVER.get(stage.motif.weather, 0.32) * (0.5 if stage.hour == "night" else 1)
        sky.paint_clouds(canvas, stage.palette, stage.horizon, cover)


def _paint_ground(canvas: Canvas, stage: Stage) -> None:
    palette, horizon, lamp = stage.palette, stage.horizon, stage.lamp
    match stage.ground:
        case "city":
            paint_city(canvas, palette, horizon if stage.is_wet else canvas.height, stage.hour)
        case "mountain" | "snow":
            mountains.paint_mountains(canvas, palette, horizon, lamp, snowy=stage.is_snowy)
        case "desert":
            land.paint_dunes(canvas, palette, horizon, lamp)
        case "forest":
            plants.paint_forest(canvas, palette, horizon, FOLIAGE.get(stage.motif.season, (SOILS["forest"],)))
        case "meadow" | "hills":
            land.paint_hills(canvas, palette, horizon, stage.soil, nearest=0.6 if stage.ground == "meadow" else 0.8)
    if stage.is_wet:
        paint_water(canvas, palette, horizon, None if stage.hour == "storm" else lamp, 0.3 if stage.ground else 0.9)
    elif stage.ground in ("mountain", "snow"):
        _paint_foothills(canvas, stage)
    elif stage.ground == "meadow":
        plants.paint_flowers(canvas, palette, horizon, plants.bouquet(stage.motif.colour, canvas.random))


def _paint_foothills(canvas: Canvas, stage: Stage) -> None:
    soil, nearest = (SOILS["snow"], 0.55) if stage.is_snowy else (SOILS["forest"], 0.8)
    land.paint_hills(canvas, stage.palette, stage.horizon, soil, nearest=nearest)
    plants.paint_copse(canvas, stage.palette, stage.horizon)


def _paint_front(canvas: Canvas, stage: Stage) -> None:
    if stage.motif.weather == "fog":
        weather.paint_fog(canvas, stage.palette, stage.horizon)
    subjects.paint_outdoors(canvas, stage)
    if stage.motif.weather == "rain":
        weather.paint_rain(canvas, stage.palette)
    if stage.motif.weather == "snowfall":
        weather.paint_snowfall(canvas)
