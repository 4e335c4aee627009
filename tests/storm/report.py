"""What a storm was, what it did, and what came of it: a table and a verdict."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tests.storm.clients import Ledger
from tests.storm.evidence import Evidence
from tests.storm.faults import ORDERS, Faults
from tests.storm.journal import Journal
from tests.storm.oracle import extra_calls, judge
from tests.storm.plan import Plan, scaled


@dataclass(frozen=True)
class Minimum:
    """At least so many in 10,000 jobs of what any of these faults does; wanted where the plan has one of them."""

    least: int
    kinds: tuple[str, ...]


MINIMUMS = {
    "kill -9 of workers and their children": Minimum(
        150, ("kill a child", "kill a worker", "killed with a worker", "killed with a relay")
    ),
    "kill -9 of web processes": Minimum(30, ("kill a web process",)),
    "broker emptied": Minimum(20, ("empty the broker",)),
    "kill -9 of Redis, or RabbitMQ's lines cut": Minimum(10, ("hurt the broker",)),
    "immediate restarts of PostgreSQL": Minimum(4, ("crash PostgreSQL",)),
    "failovers to a server that only reads at first": Minimum(4, ("fail over",)),
    "kill -9 in the middle of a relay": Minimum(15, tuple(kind for kind in ORDERS if kind.startswith("die"))),
    "workers paused past their lease": Minimum(5, ("pause a worker", "pause a relay")),
    "twelve clients stalled in their bodies, and ended": Minimum(40, ("stall in a body",)),
    "deleted in flight": Minimum(100, ("delete",)),
    "outages of the provider": Minimum(1, ("stop the provider",)),
}
SHARES = {"of all bells doubled": 0.1, "of all storage writes failing, slow or cut off": 0.2}
OFFENDERS_SHOWN = 10


class Report:
    """Figures, what fell short of the plan, and what was violated."""

    def __init__(
        self,
        plan: Plan,
        ledger: Ledger,
        evidence: Evidence,
        journal: Journal,
        faults: Faults,
        times: dict[str, float],
    ) -> None:
        self.plan, self.ledger, self.evidence, self.times = plan, ledger, evidence, times
        self.failures = [*faults.failures, *ledger.failures]
        self.findings = judge(evidence)
        self.done = faults.done + Counter({"delete": len(ledger.deleted_in_flight)})
        # The journal does not outlive the storm.
        self.shares = shares(plan, journal)

    @property
    def violations(self) -> dict[str, list[str]]:
        return {kind: offenders for kind, offenders in self.findings.items() if offenders}

    @property
    def planned(self) -> set[str]:
        return {fault.kind for fault in self.plan.faults} | {script.client for script in self.plan.scripts}

    @property
    def minimums(self) -> Iterator[tuple[str, int, int]]:
        """What was planned, how often it has happened, and how often it had to."""
        for name, minimum in MINIMUMS.items():
            if self.planned & set(minimum.kinds):
                happened = sum(self.done[kind] for kind in minimum.kinds)
                yield name, happened, scaled(minimum.least, len(self.plan.scripts))

    @property
    def shortfalls(self) -> list[str]:
        """Why it was no storm, whatever came of it."""
        few = [f"{name}: {happened}, {least} wanted" for name, happened, least in self.minimums if happened < least]
        little = [f"{share:.1%} {name}" for name, share in self.shares.items() if share < SHARES[name]]
        return [*few, *little, *self.failures]

    @property
    def passed(self) -> bool:
        return not self.violations and not self.shortfalls

    def lines(self) -> Iterator[str]:
        extra = extra_calls(self.evidence)
        yield f"seed {self.plan.seed}"
        yield line("jobs", len(self.plan.scripts))
        yield line("acknowledged", len(self.ledger.acknowledged), f"after {self.ledger.retries} repeated requests")
        for name, happened, least in self.minimums:
            yield line(name, happened, f"at least {least}")
        for name, share in self.shares.items():
            yield line(name, f"{share:.1%}", f"at least {SHARES[name]:.0%}")
        yield line("provider calls beyond the scripts", extra, f"{extra / len(self.plan.scripts):.2%}")
        yield line("calls of a provider that was down", self.evidence.calls_in_vain, f"for {self.plan.outage_s:.0f} s")
        yield line("longest until a lost job was freed", f"{self.evidence.longest_overdue_s:.1f} s", "after its lease")
        yield line("longest that all workers did nothing", f"{self.evidence.longest_idle_s:.1f} s")
        for name, seconds in self.times.items():
            yield line(name, f"{seconds:.0f} s")
        for kind, offenders in self.findings.items():
            yield line(kind, len(offenders), ", ".join(offenders[:OFFENDERS_SHOWN]))
        for shortfall in self.shortfalls:
            yield f"NOT A STORM: {shortfall}"
        yield "PASSED" if self.passed else "FAILED"


def line(name: str, figure: object, remark: str = "") -> str:
    return f"  {name:<48}{figure!s:>8}  {remark}".rstrip()


def shares(plan: Plan, journal: Journal) -> dict[str, float]:
    """Of what was to be done to a share of all; where the plan has nothing of it, it is left out."""
    bells, writes = journal.tallies("bells"), journal.tallies("writes")
    found = {"of all bells doubled": bells["doubled"] / max(1, bells["all"])}
    if any(script.storage for script in plan.scripts):
        faulty = sum(
            bool(plan.scripts[int(job)].write(n)) for job, count in writes.items() for n in range(1, count + 1)
        )
        found["of all storage writes failing, slow or cut off"] = faulty / max(1, writes.total())
    return found
