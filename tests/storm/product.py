"""Easel as it runs in a storm: two web processes and two workers, of each one with a clock that is two hours ahead."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.servers.clock import remove_traces, wrong_clock
from tests.servers.process import HOST, free_port
from tests.storm.processes import ROOT, Guard, Supervised
from tests.storm.servers import Servers

STARTS_WITHIN_S = 90
TIMES = {
    "LEASE_S": "4",
    "HEARTBEAT_S": "1",
    "RELAY_INTERVAL_S": "0.5",
    "TASK_TIME_LIMIT_S": "12",
    "JOB_DEADLINE_S": "20",
    "IDEMPOTENCY_LOCK_S": "5",
    "ENHANCEMENT_TIMEOUT_S": "2",
    "WATCHDOG_S": "6",
    "WORKER_GRACE_S": "15",
    "BODY_TIMEOUT_S": "3",
}
GRANIAN = "granian --interface wsgi --workers 1 --blocking-threads 32 --workers-kill-timeout 5 --no-ws"
CELERY = "celery -A config worker --pool prefork --concurrency 3 --without-gossip --without-mingle"


class Product:
    """The processes, and where the web listens."""

    def __init__(self, servers: Servers, folder: Path, mutant: str) -> None:
        self._folder = folder
        self.environment = {
            **os.environ,
            **servers.environment,
            **TIMES,
            "DJANGO_SETTINGS_MODULE": "tests.storm.inside.settings",
            "STORM_FOLDER": str(folder),
            "STORM_MUTANT": mutant,
            "ENVIRONMENT": "laptop",
            "SECRET_KEY": secrets.token_hex(),
            "DATA_DIR": str(folder / "data"),
            # A worker that is killed leaves a folder there.
            "TMPDIR": str(folder),
            "LOG_JSON": "true",
            "PUBLIC_URL": "",
            "WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8",
            "GRANIAN_BLOCKING_THREADS": "32",
        }
        self.guard = Guard()
        self.ports = [free_port(), free_port()]
        self.web = [self._web(number, port) for number, port in enumerate(self.ports)]
        self.workers = [self._worker(number) for number in range(2)]

    def manage(self, *command: str) -> str:
        """Run a command of manage.py, and return what it prints."""
        quiet = self.environment | {"LOG_STREAM": "stderr", "STORM_MUTANT": ""}
        done = subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=quiet, check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout

    def start(self) -> None:
        for process in (*self.web, *self.workers):
            process.start()
        deadline = time.monotonic() + STARTS_WITHIN_S
        while not (all(map(answers, self.ports)) and all(worker.children for worker in self.workers)):
            if time.monotonic() > deadline:
                raise TimeoutError("\n".join(process.log.read_text()[-3000:] for process in (*self.web, *self.workers)))
            time.sleep(0.1)

    def stop(self) -> None:
        for process in (*self.workers, *self.web):
            process.stop()

    def _web(self, number: int, port: int) -> Supervised:
        command = [*GRANIAN.split(), "--host", HOST, "--port", str(port), "config.wsgi:application"]
        return self._supervised(f"web-{number}", command, ahead=number == 1)

    def _worker(self, number: int) -> Supervised:
        return self._supervised(f"worker-{number}", [*CELERY.split(), "-n", f"storm{number}@%h"], ahead=number == 1)

    def _supervised(self, name: str, command: list[str], *, ahead: bool) -> Supervised:
        environment = self.environment | (wrong_clock("+2h") if ahead else {})
        return Supervised(name, command, environment, self._folder / f"{name}.log", self.guard)


@contextmanager
def product(servers: Servers, folder: Path, mutant: str = "") -> Iterator[Product]:
    """Its database made ready; it is started by its ``start``, and ended with the block at the latest."""
    easel = Product(servers, folder, mutant)
    try:
        easel.manage("migrate", "--verbosity", "0")
        yield easel
    finally:
        easel.stop()
        easel.guard.close()
        remove_traces()


def answers(port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
