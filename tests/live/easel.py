"""Easel as ``make run`` starts it: one process on SQLite, with a port and a data folder of its own."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tests.live.worker import PATIENCE_S, ROOT
from tests.servers.process import accepts_connections, free_port
from tests.users import VENDORS, python_of


class Easel:
    """One start of the product on this machine."""

    def __init__(self, data_dir: Path, *, umask: int = -1, **environment: str) -> None:
        self.port = int(environment.pop("PORT", 0)) or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.data_dir = data_dir
        self.log_file = data_dir.with_suffix(f".{self.port}.log")
        bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.environment = bare | {"DATA_DIR": str(data_dir), "PORT": str(self.port), **environment}
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                [python_of(VENDORS), "manage.py", "quickstart"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                umask=umask,
            )

    @property
    def output(self) -> str:
        return self.log_file.read_text()

    @property
    def key(self) -> str:
        match = re.search(r"^API key: (esl_\w+)$", self.output, re.MULTILINE)
        assert match, self.output
        return match[1]

    @property
    def password(self) -> str:
        match = re.search(r"^Admin password: (\S+)$", self.output, re.MULTILINE)
        assert match, self.output
        return match[1]

    def processes(self) -> Iterator[Path]:
        """Those that it consists of, in /proc: it leads a session of its own."""
        for each in Path("/proc").glob("[0-9]*"):
            with suppress(ProcessLookupError):
                if os.getsid(int(each.name)) == self.process.pid:
                    yield each

    def answers(self) -> bool:
        assert self.process.poll() is None, self.output
        return accepts_connections(self.port)

    def call(self, path: str, body: object = None, key: str = "") -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"X-API-Key": key, "Content-Type": "application/json"}
        with urlopen(Request(self.url + path, data=data, headers=headers), timeout=PATIENCE_S) as answer:
            return json.load(answer)["data"]

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)

    def kill(self) -> None:
        """End all of it at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE_S)
