"""A Celery worker in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60
LEASE_S = 2
PREFORK = "--pool prefork --concurrency 2"


class Worker:
    """``celery -A config worker``, prefork with two children, with a lease short enough to wait for."""

    def __init__(self, folder: Path, *, name: str = "worker", options: str = PREFORK, **environment: str) -> None:
        self.log_file = folder / f"{name}.log"
        self._environment = (
            os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "tests.live.settings",
                "LEASE_S": str(LEASE_S),
                "HEARTBEAT_S": "0.5",
                "RELAY_INTERVAL_S": "0.2",
                "LOG_JSON": "true",
                # A worker that is killed leaves a folder there.
                "TMPDIR": str(folder),
            }
            | environment
        )
        self._name, self._options = name, options
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        command = f"-m celery -A config worker {self._options} --without-gossip --without-mingle"
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *command.split(), "--hostname", f"{self._name}@%h"],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    def ready(self) -> Self:
        """Return once it takes jobs."""
        wait_until(lambda: " ready." in self.log)
        return self

    @property
    def log(self) -> str:
        return self.log_file.read_text()

    @property
    def pid(self) -> int:
        """Of its main process."""
        assert self._process
        return self._process.pid

    @property
    def children(self) -> list[int]:
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def kill(self) -> None:
        """End it and its children as ``kill -9`` does."""
        self._signal_all(signal.SIGKILL)

    def stop(self) -> int:
        """End it as a supervisor does; return its exit status."""
        assert self._process
        self._process.terminate()
        try:
            return self._process.wait(PATIENCE_S)
        finally:
            self.kill()

    def _signal_all(self, number: signal.Signals) -> None:
        if self._process:
            try:
                os.killpg(self._process.pid, number)
            except ProcessLookupError:
                return
            self._process.wait(PATIENCE_S)


def wait_until(condition: Callable[[], object], within_s: float = PATIENCE_S) -> None:
    """Return once the condition holds; fail if it does not in time."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
