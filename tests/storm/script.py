"""What happens to one job: what its provider does at each call, its storage at each write, and its client meanwhile."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

SUCCESS, FAILED = "success", "failed"


@dataclass(frozen=True, slots=True)
class Script:
    """One job's part. What is done last is done again at each further call."""

    provider: tuple[str, ...] = ("paint",)
    storage: tuple[str, ...] = ()
    client: str = ""

    def call(self, number: int) -> str:
        """What the provider does at its first, second, … call."""
        return self.provider[min(number, len(self.provider)) - 1]

    def write(self, number: int) -> str:
        """What the storage does at the first, second, … write; nothing special is ''."""
        return self.storage[number - 1] if number <= len(self.storage) else ""

    @property
    def calls(self) -> int:
        """How many calls of the provider it asks for."""
        return len(self.provider)

    @property
    def end(self) -> tuple[str, str]:
        """The status in which it has to end, and the error code."""
        return ENDS.get(self.provider[-1], (SUCCESS, ""))

    @classmethod
    def parse(cls, line: str) -> Self:
        provider, storage, client = line.rstrip("\n").split(";")
        return cls(tuple(provider.split()), tuple(storage.split()), client)

    def __str__(self) -> str:
        return ";".join([" ".join(self.provider), " ".join(self.storage), self.client])


ENDS = {
    "refuse": (FAILED, "CONTENT_BLOCKED"),
    "garbage": (FAILED, "INVALID_IMAGE"),
    "fail": (FAILED, "NO_IMAGE_RETURNED"),
    "patient": (FAILED, "CANCELED"),
}


def save(scripts: list[Script], path: Path) -> None:
    path.write_text("".join(f"{script}\n" for script in scripts))


@cache
def load(path: Path) -> list[Script]:
    return [Script.parse(line) for line in path.read_text().splitlines()]
