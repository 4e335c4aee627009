"""Does what the plan says when it is due, and counts what has really happened."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from tests.storm.journal import Journal
from tests.storm.plan import Plan
from tests.storm.processes import Supervised, is_alive, kill
from tests.storm.product import Product
from tests.storm.servers import Servers
from tests.storm.stalls import stall

LOOKS_EVERY_S = 0.1
TRIES = 10
# Longer than a lease, so that all have run out when writes are taken again, those of living workers as well.
READ_ONLY_S = 4.5
# The steps of tests.storm.inside.steps, and what is ordered there.
ORDERS = {
    "die after freeing": ("after freeing", "die"),
    "die before ringing": ("before ringing", "die"),
    "die before deleting": ("before deleting", "die"),
    "die after deleting": ("after deleting", "die"),
    "pause a relay": ("after freeing", "pause"),
}


class Faults(threading.Thread):
    """One fault after the other; what takes long has a thread of its own."""

    def __init__(
        self, plan: Plan, servers: Servers, product: Product, journal: Journal, progress: Callable[[], float]
    ) -> None:
        super().__init__(name="faults", daemon=True)
        self._due = list(plan.faults)
        self._dice = random.Random(plan.seed + 1)
        self._paused_s, self._outage_s = plan.paused_s, plan.outage_s
        self._servers, self._product, self._journal, self._progress = servers, product, journal, progress
        self._owed: list[str] = []
        self._over = threading.Event()
        self._long: list[threading.Thread] = []
        self._paused: set[int] = set()
        self.done: Counter[str] = Counter()
        self.failures: list[str] = []
        self._acts: dict[str, Callable[[], bool]] = {
            "kill a child": self._kill_child,
            "kill a worker": lambda: self._kill_group(self._product.workers, "killed with a worker"),
            "kill a web process": lambda: self._kill_group(self._product.web, "killed with a web process"),
        }
        self._long_acts: dict[str, Callable[[], bool]] = {
            "empty the broker": self._empty_broker,
            "hurt the broker": self._hurt_broker,
            "crash PostgreSQL": self._crash_postgres,
            "fail over": self._fail_over,
            "pause a worker": self._pause_worker,
            "stall in a body": lambda: stall(self._dice.choice(self._product.ports)),
            "stop the provider": self._stop_provider,
        }

    def run(self) -> None:
        while not self._over.wait(LOOKS_EVERY_S):
            while self._due and self._due[0].at <= self._progress():
                self._do(self._due.pop(0).kind)
            self._owed = [kind for kind in self._owed if not self._journal.order(*ORDERS[kind])]
            self._wake_paused_relays()

    def finish(self) -> None:
        """Let what has begun come to its end; nothing hurts any more."""
        while self._due:
            time.sleep(LOOKS_EVERY_S)
        self._over.set()
        self.join()
        self._journal.call_off()
        time.sleep(LOOKS_EVERY_S)  # for one that has just taken its order
        self._wake_paused_relays()
        for thread in self._long:
            thread.join()
        self.done.update(f"die {step}" for _, step in self._journal.notes("die"))
        self.done["killed with a relay"] = len(self._journal.notes("dies with it"))

    def _do(self, kind: str) -> None:
        if kind in ORDERS:
            self._owed.append(kind)
        elif kind in self._acts:
            self._count(kind, self._acts[kind])
        else:
            self._begin(partial(self._count, kind, self._long_acts[kind]))

    def _begin(self, act: Callable[[], None]) -> None:
        thread = threading.Thread(target=act, daemon=True)
        thread.start()
        self._long.append(thread)

    def _count(self, kind: str, act: Callable[[], bool]) -> None:
        try:
            if not self._try_often(act):
                self.failures.append(f"{kind}: it could not be done")
                return
            self.done[kind] += 1
        except Exception as error:  # noqa: BLE001 — a fault that cannot be done is the storm's failure, not the product's
            self.failures.append(f"{kind}: {type(error).__name__}: {error}")

    def _try_often(self, act: Callable[[], bool]) -> bool:
        """What was to be hurt may be just about to start again."""
        for _ in range(TRIES):
            if act():
                return True
            time.sleep(1)
        return False

    # ── The faults ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _kill_child(self) -> bool:
        children = [child for worker in self._product.workers for child in worker.children]
        return bool(children) and kill(self._dice.choice(children))

    def _kill_group(self, processes: list[Supervised], beside: str) -> bool:
        """A process and all that it has started, as a machine does that runs out of memory."""
        process = self._dice.choice(processes)
        pid, children = process.pid, process.children
        if not children or not process.send(signal.SIGKILL):
            return False
        self.done[beside] += len(children)
        return wait_until_dead([pid, *children])

    def _empty_broker(self) -> bool:
        with self._servers.lock:
            self._servers.broker.empty()
        return True

    def _hurt_broker(self) -> bool:
        with self._servers.lock:
            return self._servers.broker.hurt()

    def _crash_postgres(self) -> bool:
        with self._servers.lock:
            before = self._servers.postgres.pid
            self._servers.postgres.crash()
            return not is_alive(before)

    def _fail_over(self) -> bool:
        """To a server that only reads for a moment."""
        with self._servers.lock:
            before = self._servers.postgres.pid
            self._servers.postgres.fail_over(read_only_s=READ_ONLY_S)
            return not is_alive(before)

    def _pause_worker(self) -> bool:
        worker = self._dice.choice(self._product.workers)
        pid = worker.pid
        if not worker.send(signal.SIGSTOP):
            return False
        time.sleep(self._paused_s)
        return worker.send(signal.SIGCONT) and worker.pid == pid

    def _stop_provider(self) -> bool:
        self._journal.outage.touch()
        time.sleep(self._outage_s)
        self._journal.outage.unlink()
        return True

    def _wake_paused_relays(self) -> None:
        for pid, _ in self._journal.notes("pause"):
            if pid not in self._paused:
                self._paused.add(pid)
                self._begin(partial(self._wake, pid))

    def _wake(self, pid: int) -> None:
        """It stands still in the middle of a transaction, past its lease. One that is killed does not count."""
        time.sleep(self._paused_s)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
            self.done["pause a relay"] += 1


def wait_until_dead(pids: list[int]) -> bool:
    deadline = time.monotonic() + 5
    while any(map(is_alive, pids)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
