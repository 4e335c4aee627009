"""What the first line of a drawing says of its subject."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Traits:
    """Where a subject is at home and how it is shown."""

    size: float
    """Share of the picture's shorter side."""
    place: str
    """``land``, ``road``, ``air``, ``flock``, ``water`` (floats), ``shore``, ``table``, ``bust`` or ``mark``."""
    colour: str = ""
    ground: str = ""
    """The land that it is seen in, where the prompt names none."""
    tilt: float = 0
    """Radians, clockwise."""
    draught: float = 0
    """How much of a floating figure is under water."""
    width: float = 0.8
    """Its breadth in units of its height."""


def traits_of_line(line: str) -> tuple[str, Traits]:
    """``boat .3 water colour=red draught=.03`` as a name and its traits."""
    name, size, place, *rest = line.split()
    named = dict(field.split("=") for field in rest)
    return name, Traits(
        float(size),
        place,
        named.get("colour", ""),
        named.get("ground", ""),
        float(named.get("tilt", 0)),
        float(named.get("draught", 0)),
        float(named.get("width", 0.8)),
    )
