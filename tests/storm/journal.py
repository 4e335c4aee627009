"""What both sides of the storm write down and read, in files that no kill -9 can lose: each line is one O_APPEND."""

import os
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path


class Journal:
    """Notes of what happened, tallies of calls, and orders that the first process which comes by carries out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._notes = folder / "notes"
        self.outage = folder / "the provider is down"
        """There while it is."""

    def open(self) -> "Journal":
        """Make its folders."""
        for name in ("calls", "calls in vain", "writes", "bells", "orders"):
            (self.folder / name).mkdir()
        self._notes.touch()
        return self

    def note(self, kind: str, detail: object = "") -> None:
        append(self._notes, f"{time.monotonic():.3f} {os.getpid()} {kind}: {detail}\n".encode())

    def notes(self, kind: str) -> list[tuple[int, str]]:
        """The process id and the detail of each note of a kind."""
        lines = [line.split(" ", 2) for line in self._notes.read_text().splitlines()]
        found = [(int(pid), rest.partition(": ")) for _, pid, rest in lines]
        return [(pid, detail) for pid, (noted, _, detail) in found if noted == kind]

    def tally(self, what: str, name: object) -> int:
        """Count one more, and return the number."""
        return append(self.folder / what / str(name), b".")

    def tallies(self, what: str) -> Counter[str]:
        return Counter({path.name: path.stat().st_size for path in (self.folder / what).iterdir()})

    def order(self, step: str, action: str) -> bool:
        """Ask for an action at a step of the product; False while an earlier order there has not been carried out."""
        try:
            with (self.folder / "orders" / step).open("x") as file:
                file.write(action)
        except FileExistsError:
            return False
        return True

    def take_order(self, step: str) -> str:
        """The action that is ordered at this step, for one process only; '' where there is none."""
        path = self.folder / "orders" / step
        with suppress(FileNotFoundError):
            action = path.read_text()
            if action:
                path.unlink()
                return action
        return ""

    def call_off(self) -> None:
        """Forget the orders that nobody has taken."""
        for path in (self.folder / "orders").iterdir():
            path.unlink(missing_ok=True)


def append(path: Path, data: bytes) -> int:
    """Return the size afterwards."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(descriptor, data)
        return os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)
