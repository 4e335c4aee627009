"""One throwaway server: a process on a free loopback port, with a folder that goes when it goes."""

import signal
import socket
import time
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from tests.servers.folder import KeptFolder

HOST = "127.0.0.1"
START_TIMEOUT_S = 60


class ServerNotStarted(Exception):
    """A server ended, or stayed silent, before it was ready; the message is its log."""


class Server(ABC):
    """Starts and stops one server, again and again on the same port, and never outlives the test run."""

    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    user: str | None = None
    """The name of the user that the server runs as; ours when None."""

    def __init__(self) -> None:
        self.port = free_port()
        self._folder: KeptFolder | None = None

    @abstractmethod
    def prepare(self, folder: Path) -> list[str]:
        """Fill the server's empty folder and return the command that serves from it."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Tell whether the server answers."""

    def start(self) -> Self:
        """Start the server, empty, and return once it answers."""
        self._folder = folder = KeptFolder()
        folder.run(self.prepare(folder.path), user=self.user, stop_signal=self.stop_signal)
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self.is_ready():
            if folder.is_gone() or time.monotonic() > deadline:
                raise ServerNotStarted(f"{type(self).__name__} did not start:\n{self.stop()}")
            time.sleep(0.02)
        return self

    def stop(self) -> str:
        """End the server in its orderly way, remove its folder, and return its log."""
        return self._end(kill=False)

    def kill(self) -> str:
        """End the server at once, as ``kill -9`` does, remove its folder, and return its log."""
        return self._end(kill=True)

    def _end(self, *, kill: bool) -> str:
        folder, self._folder = self._folder, None
        return folder.remove(kill=kill) if folder else ""

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
