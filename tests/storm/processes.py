"""The product's processes, each in a group of its own and started again when it ends, as a supervisor does."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
ENDS_WITHIN_S = 40
ORPHANS_END_WITHIN_S = 2
READY_AFTER_S = 10
GUARD = Path(__file__).with_name("guard.py")


class Guard:
    """Nothing that it was told of outlives the storm, even where that is killed."""

    def __init__(self) -> None:
        command = [sys.executable, "-IS", str(GUARD)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, start_new_session=True)

    def tell(self, event: str, group: int) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{event} {group}\n")
        self._process.stdin.flush()

    def close(self) -> None:
        self._process.communicate()


class Supervised:
    """One process and its children."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path, guard: Guard) -> None:
        self.name, self.log = name, log
        self.starts = 0
        self._began = 0.0
        self._command = [sys.executable, "-m", *command]
        self._environment = environment
        self._guard = guard
        self._over = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._supervise, name=name, daemon=True)

    def start(self) -> Self:
        self._thread.start()
        return self

    def _supervise(self) -> None:
        while not self._over.is_set():
            self.starts += 1
            self._began = time.monotonic()
            with self.log.open("ab") as log:
                self._process = process = subprocess.Popen(
                    self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=log, start_new_session=True
                )
            self._guard.tell("begins", process.pid)
            process.wait()
            end_orphans(process.pid)
            self._guard.tell("ends", process.pid)

    @property
    def pid(self) -> int:
        """Of its main process; 0 while there is none."""
        process = self._process
        return process.pid if process and process.returncode is None else 0

    @property
    def children(self) -> list[int]:
        return children_of(self.pid)

    @property
    def is_at_work(self) -> bool:
        """It has been there, with its children, for long enough, and is not paused."""
        pid = self.pid
        return bool(pid and self.children and time.monotonic() > self._began + READY_AFTER_S and state_of(pid) != "T")

    def send(self, number: signal.Signals) -> bool:
        """To it and its children; False where it is not there."""
        group = self.pid
        if not group:
            return False
        with suppress(ProcessLookupError):
            os.killpg(group, number)
            return True
        return False

    def stop(self) -> None:
        """End it as a supervisor does."""
        self._over.set()
        if self._process is None:
            return
        if self.pid:
            self._process.terminate()
        self._thread.join(ENDS_WITHIN_S)
        self.send(signal.SIGKILL)
        self._thread.join(ENDS_WITHIN_S)


def end_orphans(group: int) -> None:
    """Children whose main process has died may finish what they have in hand; not for long."""
    deadline = time.monotonic() + ORPHANS_END_WITHIN_S
    with suppress(ProcessLookupError):
        while time.monotonic() < deadline:
            os.killpg(group, 0)
            time.sleep(0.05)
        os.killpg(group, signal.SIGKILL)


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def state_of(pid: int) -> str:
    """One letter, as ps has it; '' where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def is_alive(pid: int) -> bool:
    """Neither gone nor a zombie."""
    return state_of(pid) not in {"", "Z", "X"}


def kill(pid: int) -> bool:
    """``kill -9``; True if it was alive before, and is not any more."""
    if not is_alive(pid):
        return False
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    for _ in range(100):
        if not is_alive(pid):
            return True
        time.sleep(0.02)
    return False
