"""Where the figures of a picture stand when there is more than one."""

from typing import NamedTuple

ROOM = 0.92
"""The share of the picture's width that a row may take."""
ROW = 5
"""So many stand side by side before another row begins behind them."""
HEAP = 1.25
"""The height of all rows together, in units of a figure that stands alone."""
AIR = 1.12
"""How much wider than a figure its place is."""


class Spot(NamedTuple):
    """A figure's place: its middle in pixels from the left, how far up it stands in units of a figure, its scale."""

    x: float
    rise: float
    scale: float


def spots(count: int, breadth: float, width: float, middle: float) -> list[Spot]:
    """Places for ``count`` figures of ``breadth`` pixels each around ``middle``, far ones first; none covers another's.

    Figures shrink as far as they must to fit into ``width``, and a row that would leave the picture moves inwards.
    """
    rows = -(-count // ROW)
    lengths = [count // rows + (row < count % rows) for row in range(rows)]
    scale = min(1.0 if rows == 1 else HEAP / rows, width * ROOM / (lengths[0] * breadth * AIR))
    step = breadth * AIR * scale
    return [
        Spot(_start(middle, step * length, width) + step * (place + 0.5), row * scale * 1.02, scale)
        for row, length in reversed(list(enumerate(lengths)))
        for place in range(length)
    ]


def _start(middle: float, length: float, width: float) -> float:
    """The left end of a row of this length that stays in the picture."""
    return min(max(middle - length / 2, 0), width - length)
