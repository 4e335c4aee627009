"""Which drills there are. Each is a module with ``hold``, and two sizes: FULL, and SMALL as the tests hold it."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.drills.figures import Figure

NAMES = ["recovery", "deploy", "stuck", "broker", "disk", "clocks", "database"]


def play(name: str, folder: Path, *, quick: bool, **environment: str) -> "list[Figure]":
    """Hold one of them, on a stage of its own."""
    from tests.drills.stage import Stage  # it needs Django's apps

    drill = import_module(f"tests.drills.{name}")
    with Stage(folder, **environment) as stage:
        figures: list[Figure] = drill.hold(stage, **(drill.SMALL if quick else drill.FULL))
        return figures
