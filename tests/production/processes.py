"""The commands of the compose file as processes of this machine, their output read line by line."""

import json
import os
import signal
import subprocess
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from tests.production.files import ROOT
from tests.users import VENDORS, python_of

END_WITHIN_S = 40


class Process:
    """One command, in a session of its own, killed with all its children at the end of the test if it still runs."""

    def __init__(self, command: list[str], environment: dict[str, str], *, installed: str = VENDORS) -> None:
        self.lines: list[str] = []
        self._grew = threading.Condition()
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            # Where the image has its own folder of programs, this machine has that of an environment like the image's.
            env={"PATH": f"{python_of(installed).parent}:{os.environ['PATH']}", "PYTHONUNBUFFERED": "1", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.errors: list[str] = []
        self._readers = [
            threading.Thread(target=self._read, args=(stream, lines), daemon=True)
            for stream, lines in ((self._process.stdout, self.lines), (self._process.stderr, self.errors))
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, stream: Any, lines: list[str]) -> None:
        for line in stream:
            with self._grew:
                lines.append(line.rstrip("\n"))
                self._grew.notify_all()

    def wait_for(self, text: str, *, timeout_s: float = 30) -> str:
        """Return the first line of output with this text in it, once it is there."""
        deadline = time.monotonic() + timeout_s
        with self._grew:
            while not (found := next((line for line in self.lines if text in line), None)):
                left = deadline - time.monotonic()
                assert left > 0, f"{text!r} is not in:\n" + "\n".join(self.lines[-40:] + self.errors[-40:])
                self._grew.wait(min(left, 0.5))
        return found

    def send(self, number: signal.Signals) -> None:
        """Signal the main process, as a container's stop does."""
        self._process.send_signal(number)

    def end(self, *, timeout_s: float = END_WITHIN_S) -> int:
        """Wait until it has ended by itself and all of its output is read; return its exit status."""
        status = self._process.wait(timeout_s)
        for reader in self._readers:
            reader.join(10)
        return status

    def runs(self) -> bool:
        return self._process.poll() is None

    def events(self) -> list[dict[str, Any]]:
        """Every line of output, each of which is one JSON object."""
        return [json.loads(line) for line in self.lines]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self.end()
        for stream in (self._process.stdout, self._process.stderr):
            if stream:
                stream.close()
