"""Things and faces indoors: a backdrop with one large disc, and a table for what needs one."""

import numpy as np

from .canvas import Canvas, oval
from .palette import Colour, mix, rgb
from .stage import Stage
from .subjects import paint_subject

BACKDROPS = ("e9cdb4 d59a7c", "c9dbe0 7fa5b3", "e8dcc0 c2a56f", "d9cbe3 9a82b5", "cfe0c8 84a884", "f0c9c0 cf7f7a")
WHITE = (255, 255, 255)
TABLE_TOP, FOOT = 0.74, 0.84
"""The table's far edge and where things stand on it, as shares of the height."""


def paint_studio(canvas: Canvas, stage: Stage) -> None:
    """Paint the motif's subject; a portrait rises from the lower edge, anything else stands on the table."""
    light, deep = _backdrop(canvas, stage)
    middle, table = canvas.width * 0.5, canvas.height * TABLE_TOP
    canvas.wash((mix(light, deep, 0.5), light, mix(light, WHITE, 0.3)), int(table))
    canvas.glow(middle, canvas.height * 0.4, canvas.unit * 0.6, WHITE, 0.4)
    canvas.shapes([oval(middle, canvas.height * 0.44, canvas.unit * 0.34)], (mix(deep, light, 0.3), deep))
    if stage.motif.subject == "portrait":
        paint_subject(canvas, stage, (middle, canvas.height))
        return
    edge = np.full(canvas.width, table, dtype=np.float32)
    canvas.below(edge, (mix(deep, WHITE, 0.12), mix(deep, stage.palette.shade, 0.45)))
    if stage.motif.subject:
        paint_subject(canvas, stage, (middle, canvas.height * FOOT))


def _backdrop(canvas: Canvas, stage: Stage) -> tuple[Colour, Colour]:
    choice = BACKDROPS[int(canvas.random.integers(len(BACKDROPS)))]
    light, deep = map(rgb, choice.split())
    if stage.hour in ("night", "twilight"):
        return mix(light, stage.palette.shade, 0.6), mix(deep, stage.palette.shade, 0.75)
    return light, deep
