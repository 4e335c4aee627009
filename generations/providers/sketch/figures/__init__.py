"""Silhouettes of what prompts ask for most, read from the drawings beside this file."""

from functools import cache
from pathlib import Path

from .parts import Part, parts_of_line
from .traits import Traits, traits_of_line

__all__ = ["Part", "Traits", "parts_of", "subjects", "traits_of"]

DRAWINGS = Path(__file__).parent


def parts_of(subject: str) -> list[Part]:
    """The polygons of a figure in the unit square, back to front."""
    return _figures()[subject][1]


def traits_of(subject: str) -> Traits:
    """Where a subject is at home, how large and of which colour."""
    return _figures()[subject][0]


def subjects() -> list[str]:
    """Everything that can be drawn."""
    return list(_figures())


@cache
def _figures() -> dict[str, tuple[Traits, list[Part]]]:
    figures: dict[str, tuple[Traits, list[Part]]] = {}
    parts: list[Part] = []
    for path in sorted(DRAWINGS.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith(" "):
                parts += parts_of_line(line)
            elif line and not line.startswith("#"):
                name, traits = traits_of_line(line)
                parts = []
                figures[name] = (traits, parts)
    return figures
