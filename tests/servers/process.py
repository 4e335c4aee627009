"""One throwaway server: a process on a free loopback port, with a folder that goes when it goes."""

import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import IO, ClassVar, Self

HOST = "127.0.0.1"
START_TIMEOUT_S = 60
KEEPER = Path(__file__).with_name("keeper.py")


class ServerNotStarted(Exception):
    """A server ended, or stayed silent, before it was ready; the message is its log."""


class Server(ABC):
    """Starts and stops one server, again and again on the same port, and never outlives the test run."""

    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    user: str | None = None
    """The name of the user that the server runs as; ours when None."""

    def __init__(self) -> None:
        self.port = free_port()
        self._log: IO[bytes]
        self._keeper: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def prepare(self, folder: Path) -> list[str]:
        """Fill the server's empty folder and return the command that serves from it."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Tell whether the server answers."""

    def start(self) -> Self:
        """Start the server, empty, and return once it answers."""
        folder = Path(tempfile.mkdtemp(prefix="easel-test-server-"))
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - open for as long as the server runs
        self._keeper = keeper = subprocess.Popen(
            [sys.executable, "-IS", KEEPER, folder],
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=self._log,
            # Ctrl-C shall end the tests first: they still need their servers to tidy up.
            start_new_session=True,
        )
        task = {"command": self.prepare(folder), "user": self.user, "stop_signal": self.stop_signal}
        assert keeper.stdin
        keeper.stdin.write(json.dumps(task).encode() + b"\n")
        keeper.stdin.flush()
        self._wait_until_ready(keeper)
        return self

    def stop(self) -> None:
        """End the server in its orderly way and remove its folder."""
        self._end(b"")

    def kill(self) -> None:
        """End the server at once, as ``kill -9`` does, and remove its folder."""
        self._end(b"kill")

    def _end(self, last_word: bytes) -> None:
        if self._keeper:
            self._keeper.communicate(last_word)
            self._keeper = None
            self._log.close()

    def _wait_until_ready(self, keeper: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self.is_ready():
            if keeper.poll() is not None or time.monotonic() > deadline:
                self._log.seek(0)
                message = f"{type(self).__name__} did not start:\n{self._log.read().decode(errors='replace')}"
                self.stop()
                raise ServerNotStarted(message)
            time.sleep(0.02)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def free_port() -> int:
    """Return a loopback port on which nothing listens."""
    with socket.create_server((HOST, 0)) as listener:
        return int(listener.getsockname()[1])


def accepts_connections(port: int) -> bool:
    """Tell whether something listens on this loopback port."""
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True
