"""The product as it is served: granian in processes of its own, spoken to over real connections."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.client import GENERATIONS
from tests.servers.process import HOST, free_port

START_TIMEOUT_S = 60
OF_EASEL = {"LOG_JSON": "true", "GRANIAN_BLOCKING_THREADS": "256"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class LiveServer:
    """Where it listens, what it logs, and its main process, which leads a group of its own."""

    port: int
    log: Path
    process: subprocess.Popen[bytes]

    def connect(self) -> HTTPConnection:
        return HTTPConnection(HOST, self.port, timeout=40)

    def end(self) -> None:
        """Tell it to end, as a supervisor does."""
        self.process.terminate()

    def call(
        self, key: str, method: str = "GET", path: str = GENERATIONS, body: bytes | None = None, **headers: str
    ) -> Answer:
        """Make one request, over a connection of its own."""
        with closing(self.connect()) as connection:
            connection.request(method, path, body, {"X-API-Key": key, "Content-Type": "application/json"} | headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())

    def send(self, raw: bytes, *, then_hang_up: bool = False) -> bytes:
        """Send these very bytes and return all that comes back until the server closes."""
        with socket.create_connection((HOST, self.port), timeout=20) as connection:
            connection.sendall(raw)
            if then_hang_up:
                connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def kill(self) -> None:
        """End all of its processes at once, wherever they are."""
        os.killpg(self.process.pid, signal.SIGKILL)

    def log_lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]


@contextmanager
def serve(folder: Path, *, workers: int = 1, **environment: str) -> Iterator[LiveServer]:
    """Serve from ``workers`` processes, with these settings."""
    port, log_file = free_port(), folder / "server.log"
    options = f"--host {HOST} --port {port} --workers {workers} --workers-kill-timeout 2"
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", *options.split(), "config.wsgi:application"]
    settings = {**os.environ, **OF_EASEL, "DATA_DIR": str(folder / "data"), **environment}
    with (
        log_file.open("wb") as log,
        subprocess.Popen(command, env=settings, stdout=log, stderr=log, start_new_session=True) as process,
    ):
        server = LiveServer(port, log_file, process)
        try:
            wait_until_it_answers(server)
            yield server
        finally:
            process.terminate()


def wait_until_it_answers(server: LiveServer) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            assert server.call("", path="/schema").status == 200
        except OSError:
            assert server.process.poll() is None, server.log.read_text()
            assert time.monotonic() < deadline, server.log.read_text()
            time.sleep(0.1)
        else:
            return


def new_sqlite(folder: Path) -> tuple[str, str]:
    """Make a database in a file; return its ``DATABASE_URL`` and the text of a key for 1,000 requests an hour."""
    url = f"sqlite:///{folder / 'easel.sqlite3'}"
    settings = {**os.environ, "DATABASE_URL": url, "DATA_DIR": str(folder / "data"), "LOG_STREAM": "stderr"}
    issue = "from tests.factories import ApiKeyFactory; print(ApiKeyFactory(rate_limit_per_hour=1000).text)"
    for command in (["migrate", "--verbosity", "0"], ["shell", "--verbosity", "0", "--command", issue]):
        done = subprocess.run(
            [sys.executable, "manage.py", *command], env=settings, check=True, capture_output=True, text=True
        )
    return url, done.stdout.strip()
