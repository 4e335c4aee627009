"""The processes that are measured, and the CPU time that each has used with its children."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.process import accepts_connections, free_port

TICKS_A_MS = os.sysconf("SC_CLK_TCK") / 1000
STARTS_WITHIN_S = 30
ENDS_WITHIN_S = 10


class EndedTooSoon(Exception):
    """What was measured was not there to the end, so that the numbers are worth nothing."""


@contextmanager
def running(command: list[str], log: Path) -> Iterator[int]:
    """Run a Python module as long as the block lasts, or raise EndedTooSoon; gives its process id."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process.pid
    finally:
        if process.poll() is not None:
            raise EndedTooSoon(f"{' '.join(command)}\n{log.read_text()}")
        end(process)


def has_ended(pid: int) -> bool:
    """Of a child of ours; how it ended stays to be read."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def serving(application: str, log: Path, *, workers: int = 1, threads: int = 128) -> Iterator[tuple[int, int]]:
    """Serve a WSGI application by granian; gives its process id and its port. Of its threads Easel lets four work."""
    port = free_port()
    options = (
        f"--interface wsgi --workers {workers} --blocking-threads {threads} --host 127.0.0.1 --port {port} --no-ws"
    )
    with running(["granian", *options.split(), application], log) as pid:
        deadline = time.monotonic() + STARTS_WITHIN_S
        while not accepts_connections(port):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{application} does not serve:\n{log.read_text()}")
            time.sleep(0.05)
        yield pid, port


def cpu_ms(*roots: int) -> float:
    """CPU time that these processes and all that they started have used so far; Linux only."""
    processes = dict(read_stat(path) for path in Path("/proc").glob("[0-9]*/stat"))
    family = set(roots)
    while children := {pid for pid, (parent, _) in processes.items() if parent in family} - family:
        family |= children
    return sum(processes[pid][1] for pid in family if pid in processes) / TICKS_A_MS


def read_stat(path: Path) -> tuple[int, tuple[int, int]]:
    """A process' id, its parent's, and the ticks that it and the children it has seen end have used."""
    try:
        fields = path.read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
        return 0, (0, 0)
    return int(path.parent.name), (int(fields[1]), sum(map(int, fields[11:15])))
