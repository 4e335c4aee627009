"""Things that stand on something flat: in rows, with their shadows, and with a companion."""

from dataclasses import replace

from .canvas import Canvas
from .figures import traits_of
from .groups import AIR, ROOM, ROW, Spot, spots
from .lit_figures import cutout_of, light_side
from .reading import Motif
from .shadow import paint_contact, paint_shadow
from .stage import Stage

Point = tuple[float, float]
NO_COMPANY = frozenset({"air", "flock", "water", "bust", "mark"})
"""Places that nothing shares with something beside it."""
FAR = frozenset({"house", "castle", "lighthouse", "windmill", "temple", "tree", "palm", "tent"})
"""What stands a little behind its companion rather than beside it."""
HELD = {"umbrella": (0.05, 0.17, 0.7)}
"""What a person holds up: how far to the right, how far up, in units of the shorter side, and its scale."""
HANDY = frozenset({"table", "plinth"})
SMALL = 0.38
"""The scale of what one holds in the hand where it stands beside something on the land."""


def paint_standing(canvas: Canvas, stage: Stage, foot: Point) -> None:
    """The subject as often as it is wanted around ``foot``, and its companion on the side with more room."""
    motif, companion = stage.motif, companion_of(stage)
    if not companion:
        _stand(canvas, stage, motif.subject, motif.count, foot)
        return
    if motif.subject == "person" and motif.count == 1 and companion in HELD:
        right, up, scale = HELD[companion]
        held = cutout_of(canvas, stage, companion, scale)
        held.put_on(canvas, (foot[0] + right * canvas.unit, foot[1] - up * canvas.unit))
        _stand(canvas, stage, motif.subject, 1, foot)
        return
    breadths = [_breadth(canvas, motif.subject) * min(motif.count, ROW) * AIR, _breadth(canvas, companion) * AIR]
    scales = [_scale_beside(motif.subject, companion), _scale_beside(companion, motif.subject)]
    length = sum(breadth * scale for breadth, scale in zip(breadths, scales, strict=True))
    share = min(1.0, canvas.width * ROOM / length)
    own, other = (breadth * scale * share for breadth, scale in zip(breadths, scales, strict=True))
    start = min(max(foot[0] - length * share / 2, 0), canvas.width - length * share)
    comes_first = foot[0] > canvas.width / 2
    behind = canvas.unit * (0.03 if companion in FAR else 0)
    beside = (start + (other / 2 if comes_first else own + other / 2), foot[1] - behind)
    _stand(canvas, stage, companion, 1, beside, scales[1] * share)
    middle = start + (other if comes_first else 0) + own / 2
    _stand(canvas, stage, motif.subject, motif.count, (middle, foot[1]), scales[0] * share)


def on_its_feet(motif: Motif) -> Motif:
    """Somebody who would be a portrait stands up where something is to be seen beside."""
    if not motif.companion or traits_of(motif.companion).place in NO_COMPANY or motif.subject == "logo":
        return motif
    return replace(motif, subject="person") if traits_of(motif.subject).place == "bust" else motif


def companion_of(stage: Stage) -> str:
    """The second subject of the prompt, where it can stand beside the first."""
    motif = stage.motif
    if not motif.companion or NO_COMPANY & {traits_of(motif.companion).place, traits_of(motif.subject).place}:
        return ""
    return motif.companion


def places_of(canvas: Canvas, subject: str, count: int, x: float, scale: float = 1) -> tuple[list[Spot], float]:
    """Where so many of the subject stand, and how large one of them alone would be."""
    size = canvas.unit * traits_of(subject).size * scale
    return spots(count, size * traits_of(subject).width, canvas.width, x), size


def _stand(canvas: Canvas, stage: Stage, subject: str, count: int, foot: Point, scale: float = 1) -> None:
    """One or several on the ground, with their shadows; a bust needs none."""
    places, size = places_of(canvas, subject, count, foot[0], scale)
    sizes, place = places[0].scale * scale, traits_of(subject).place
    figures = [cutout_of(canvas, stage, subject, sizes, mirrored=flip) for flip in (False, True)[: min(count, 2)]]
    throws_shadow = stage.hour not in ("night", "storm") and place not in ("bust", "plinth") and not stage.is_on_plinth
    for turn, spot in enumerate(places):
        figure, at = figures[turn % len(figures)], (spot.x, foot[1] - spot.rise * size)
        if throws_shadow and not spot.rise:
            paint_shadow(canvas, figure, at, stage.palette.shade, light_side(canvas, stage))
        if place != "bust":
            paint_contact(canvas, figure, at, stage.palette.shade)
        figure.put_on(canvas, at)


def _breadth(canvas: Canvas, subject: str) -> float:
    return canvas.unit * traits_of(subject).size * traits_of(subject).width


def _scale_beside(subject: str, other: str) -> float:
    is_handy, is_other_handy = (traits_of(name).place in HANDY for name in (subject, other))
    return SMALL if is_handy and not is_other_handy else 1
