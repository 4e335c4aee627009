"""One storm from beginning to end: start, post and hurt, drain, and look at what is left."""

import os
import shutil
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import psycopg

from tests.servers.folder import KeptFolder
from tests.storm.caller import Caller
from tests.storm.clients import Clients, Ledger, body_of, key_of
from tests.storm.evidence import (
    Evidence,
    count_connections,
    keep_tables,
    read_api,
    read_bucket,
    read_database,
    read_receiver,
)
from tests.storm.faults import Faults
from tests.storm.journal import Journal
from tests.storm.plan import Plan
from tests.storm.product import Product, product
from tests.storm.report import Report
from tests.storm.script import save
from tests.storm.servers import Servers, servers
from tests.storm.watch import Watch

PROJECTS = 4
REPLAYED = 200
CONNECTIONS_GONE_WITHIN_S = 10
KEYS = f"""
from tests.factories import ApiKeyFactory
for _ in range({PROJECTS}):
    print(ApiKeyFactory(rate_limit_per_hour=100_000_000).text)
"""
UNSETTLED: LiteralString = """
    SELECT (SELECT count(*) FROM generations_generation WHERE status IN ('pending', 'processing'))
         + (SELECT count(*) FROM webhooks_delivery WHERE status = 'pending')
"""
A_DAY_LATER: LiteralString = "UPDATE images_storageintent SET collect_at = collect_at - interval '25 hours'"
TO_COLLECT: LiteralString = "SELECT count(*) FROM images_storageintent WHERE collect_at < now() + interval '1 hour'"


@dataclass
class Storm:
    """A plan, and what it is carried out on."""

    plan: Plan
    servers: Servers
    product: Product
    journal: Journal

    def run(self) -> Report:
        keys = self.product.manage("shell", "--verbosity", "0", "--command", KEYS).split()
        began = time.monotonic()
        self.product.start()
        for key in keys:
            self._subscribe(key)
        watch = Watch(self.servers.database_url, self._worker_lives)
        watch.start()
        ledger, faults = self._hurt(keys, watch)
        posted_s = time.monotonic() - began
        self._drain()
        watch.stop()
        evidence = self._collect(keys, ledger)
        evidence.longest_overdue_s, evidence.longest_idle_s = watch.longest_overdue_s, watch.longest_idle_s
        times = {"until all was posted": posted_s, "altogether": time.monotonic() - began}
        return Report(self.plan, ledger, evidence, self.journal, faults, times)

    def _subscribe(self, key: str) -> None:
        hook = {"url": self.servers.receiver.url, "eventTypes": ["generation.succeeded", "generation.failed"]}
        Caller(self.product.ports, key).call("POST", "/webhooks", hook, idempotency_key=f"hook of {key[:12]}")

    def _hurt(self, keys: list[str], watch: Watch) -> tuple[Ledger, Faults]:
        """Post everything while the faults happen, each when its share of the jobs is acknowledged."""
        clients = Clients(self.product.ports, keys, self.plan.scripts, lambda: watch.waiting)
        share = 1 / len(self.plan.scripts)
        faults = Faults(
            self.plan, self.servers, self.product, self.journal, lambda: len(clients.ledger.acknowledged) * share
        )
        clients.start()
        faults.start()
        clients.finish()
        faults.finish()
        return clients.ledger, faults

    def _worker_lives(self) -> bool:
        return any(worker.is_at_work for worker in self.product.workers)

    def _drain(self) -> None:
        """Nothing hurts any more: wait until all has ended and been told, then let two days pass for the collector."""
        self._wait_for_none(UNSETTLED)
        for _ in range(2):
            with psycopg.connect(self.servers.database_url) as connection:
                connection.execute(A_DAY_LATER)
            self._wait_for_none(TO_COLLECT)

    def _wait_for_none(self, query: LiteralString) -> None:
        """As long as a drain may take; what is there then, the oracle finds."""
        deadline = time.monotonic() + self.plan.drained_within_s
        with psycopg.connect(self.servers.database_url, autocommit=True) as connection:
            while connection.execute(query).fetchone() != (0,) and time.monotonic() < deadline:
                time.sleep(0.2)

    def _collect(self, keys: list[str], ledger: Ledger) -> Evidence:
        """Everything that the oracle needs; the processes are stopped on the way."""
        callers = [Caller(self.product.ports, key) for key in keys]
        shown = {generation: status for caller in callers for generation, status in read_api(caller).items()}
        # Of what was deleted the answer that is kept says no more than that.
        kept = sorted(ledger.answers.keys() - ledger.deleted)
        replayed = kept[:: max(1, len(kept) // REPLAYED)]
        otherwise = [job for job in replayed if replay(job, callers[job % len(callers)]) != ledger.answers[job]]
        self.product.stop()
        rows, images, intents = read_database(self.servers.database_url)
        keep_tables(self.servers.database_url, self.journal.folder)
        return Evidence(
            scripts=self.plan.scripts,
            acknowledged=ledger.acknowledged,
            deleted=ledger.deleted,
            replayed_otherwise=otherwise,
            shown=shown,
            rows=rows,
            images=images,
            files=read_bucket(self.servers.bucket),
            intents=intents,
            calls=Counter({int(job): calls for job, calls in self.journal.tallies("calls").items()}),
            extra_calls_allowed=self.plan.extra_calls,
            calls_in_vain=self.journal.tallies("calls in vain").total(),
            calls_in_vain_allowed=self.plan.calls_in_vain,
            told=read_receiver(self.servers.receiver.posted),
            connections=self._connections_left(),
        )

    def _connections_left(self) -> int:
        """PostgreSQL may take a moment to miss a process."""
        deadline = time.monotonic() + CONNECTIONS_GONE_WITHIN_S
        while (left := count_connections(self.servers.database_url)) and time.monotonic() < deadline:
            time.sleep(0.2)
        return left


def replay(job: int, caller: Caller) -> bytes:
    return caller.call("POST", "/generations", body_of(job), idempotency_key=key_of(job)).body


def run(plan: Plan, *, broker: str = "redis", mutant: str = "") -> Report:
    """A storm on servers of its own, of which nothing is left afterwards."""
    kept = KeptFolder()
    try:
        journal = Journal(kept.path).open()
        save(plan.scripts, kept.path / "scripts")
        with servers(broker) as started, product(started, kept.path, mutant) as easel:
            return Storm(plan, started, easel, journal).run()
    finally:
        keep_logs(kept.path)
        kept.remove()


def keep_logs(folder: Path) -> None:
    """Where somebody wants to read them afterwards: in the folder that STORM_LOGS names."""
    if named := os.environ.get("STORM_LOGS"):
        shutil.copytree(folder, named, dirs_exist_ok=True, ignore=shutil.ignore_patterns("calls*", "writes", "data"))
