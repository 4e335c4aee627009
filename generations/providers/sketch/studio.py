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
DISC_RISE = {"portrait": 0.54}
"""How far above the subject's foot the disc has its middle, in units of the shorter side."""


def paint_studio(canvas: Canvas, stage: Stage) -> None:
    """Paint the motif's subject; a portrait rises from the lower edge, anything else stands on the table."""
    subject = stage.motif.subject
    light, deep = _backdrop(canvas, stage)
    middle, table = canvas.width * 0.5, canvas.height * TABLE_TOP
    foot = canvas.height * (1 if subject == "portrait" else FOOT)
    disc = foot - canvas.unit * DISC_RISE.get(subject, 0.42)
    canvas.wash((mix(light, deep, 0.5), light, mix(light, WHITE, 0.3)), int(table))
    canvas.glow(middle, disc, canvas.unit * 0.6, WHITE, 0.4)
    canvas.shapes([oval(middle, disc, canvas.unit * 0.34)], (mix(deep, light, 0.3), deep))
    if subject != "portrait":
        edge = np.full(canvas.width, table, dtype=np.float32)
        canvas.below(edge, (mix(deep, WHITE, 0.12), mix(deep, stage.palette.shade, 0.45)))
    if subject:
        paint_subject(canvas, stage, (middle, foot))


def _backdrop(canvas: Canvas, stage: Stage) -> tuple[Colour, Colour]:
    choice = BACKDROPS[int(canvas.random.integers(len(BACKDROPS)))]
    light, deep = map(rgb, choice.split())
    if stage.hour in ("night", "twilight"):
        return mix(light, stage.palette.shade, 0.6), mix(deep, stage.palette.shade, 0.75)
    return light, deep
