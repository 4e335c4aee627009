"""Switch one protection of the product off at a time, and see that a small storm notices each."""

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from tests.storm.plan import FULL, Mix, Plan
from tests.storm.report import Report
from tests.storm.storm import run

T = TypeVar("T")
Counts = Mapping[tuple[str, ...], int]
CONTROL = ""
DRAINED_WITHIN_S = 30


@dataclass(frozen=True)
class Drill:
    """A small storm of the faults that the protection is for: so many of each in so many jobs.

    A mutation that only breaks the product leaves jobs stuck as well, so it is ``shown_by`` one kind of violation.
    """

    shown_by: str
    jobs: int
    provider: Counts = field(default_factory=dict)
    storage: Counts = field(default_factory=dict)
    client: Mapping[str, int] = field(default_factory=dict)
    faults: Mapping[str, int] = field(default_factory=dict)
    paused_s: float = 7
    extra_calls: float = 0.01
    outage_s: float | None = None

    def plan(self, seed: int) -> Plan:
        mix = Mix(
            self._of_full(self.provider),
            self._of_full(self.storage),
            self._of_full(self.client),
            self._of_full(self.faults),
            paused_s=self.paused_s,
            drained_within_s=DRAINED_WITHIN_S,
            extra_calls=self.extra_calls,
            outage_s=self.outage_s,
        )
        return Plan.of(seed, self.jobs, mix)

    def _of_full(self, counts: Mapping[T, int]) -> Mapping[T, int]:
        return {name: count * FULL // self.jobs for name, count in counts.items()}


# A worker that is killed has asked its provider already.
MANY = 0.3
DRILLS = {
    "unconditional claim": Drill("provider calls too many", 300),
    "no fence on heartbeat": Drill("stuck", 60, client={"cancel": 20}),
    "no intent": Drill("files without image", 200, storage={("die",): 10}, extra_calls=MANY),
    "delete without lock": Drill("unexpected", 400, client={"delete": 400}),
    "no relay": Drill(
        "leaked intents",
        150,
        provider={("fail", "paint"): 30},
        faults={"kill a child": 6, "empty the broker": 2},
        extra_calls=MANY,
    ),
    "relay without SKIP LOCKED": Drill(
        "not freed in time",
        300,
        provider={("slow",): 60},
        faults={"kill a child": 20, "pause a relay": 2},
        paused_s=25,
        extra_calls=MANY,
    ),
    "retry lost": Drill("stuck", 100, provider={("fail", "paint"): 10}),
    "outage as failure": Drill("wrongly failed", 150, faults={"stop the provider": 1}, outage_s=30),
    "process clock": Drill("provider calls too many", 200, provider={("slow",): 50}),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.storm.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=DRILLS, help="one mutant and its control")
    options = parser.parse_args()
    chosen = {name: drill for name, drill in DRILLS.items() if options.only in {None, name}}
    verdicts = [verdict(name, drill, options.seed) for name, drill in chosen.items()]
    return 0 if all(verdicts) else 1


def verdict(name: str, drill: Drill, seed: int) -> bool:
    """Whether the mutant was noticed, and the product as it is was not."""
    plan = drill.plan(seed)
    seen, control = (run(plan, mutant=mutant) for mutant in (name, CONTROL))
    is_noticed, is_quiet = drill.shown_by in seen.violations, not control.violations
    print(f"{name:<28}{'noticed' if is_noticed else 'SURVIVED':<10}{summary(seen)}", flush=True)
    if not is_quiet:
        print(f"{'  its control':<28}{'FAILED':<10}{summary(control)}", flush=True)
    return is_noticed and is_quiet


def summary(report: Report) -> str:
    return ", ".join(described(report))


def described(report: Report) -> Iterator[str]:
    for kind, offenders in report.violations.items():
        yield f"{kind}: {len(offenders)}"


if __name__ == "__main__":
    sys.exit(main())
