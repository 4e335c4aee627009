"""The rounds: Easel and its control in turn, in the same run, so that a busy machine slows both."""

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Sample:
    """How fast one side was in one round, and the CPU time of its processes for each request or job."""

    a_second: float
    cpu_ms: float


@dataclass
class Row:
    """One line of the table: what was measured on both sides, round by round."""

    name: str
    target: float
    easel: list[Sample] = field(default_factory=list)
    control: list[Sample] = field(default_factory=list)

    def measure(self, easel: Callable[[], Sample], control: Callable[[], Sample]) -> None:
        """Take one round; who begins changes from round to round."""
        sides = [(self.easel, easel), (self.control, control)]
        for samples, take in sides if len(self.easel) % 2 else reversed(sides):
            samples.append(take())

    @property
    def ratios(self) -> list[float]:
        return [easel.a_second / control.a_second for easel, control in zip(self.easel, self.control, strict=True)]

    @property
    def ratio(self) -> float:
        return median(self.ratios)

    @property
    def cpu_ms(self) -> tuple[float, float]:
        """Easel's and the control's."""
        easel, control = (median(sample.cpu_ms for sample in samples) for samples in (self.easel, self.control))
        return easel, control
