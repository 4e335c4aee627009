"""PostgreSQL's own disk fills up: what cannot be written is refused, what was accepted is done once there is room."""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.api.live import Answer
from tests.drills.figures import Figure, at_least, exactly, none, yes
from tests.drills.provider import gate
from tests.drills.room import may_mount, mount, unmount
from tests.drills.stage import Stage
from tests.live.worker import ROOT, wait_until
from tests.servers.postgres import PostgresServer

SMALL: dict[str, Any] = {"posts": 60}
FULL: dict[str, Any] = {"posts": 200}
SIZE_MB = 512
IN_HAND = 2
ROW_BYTES = 11_000
PATIENCE_S = 300
ISSUE = "from tests.factories import ApiKeyFactory; print(ApiKeyFactory(rate_limit_per_hour=1_000_000).text)"


class Cramped(PostgresServer):
    """Its data lie on a small disk of their own."""

    data: Path

    def prepare(self, folder: Path) -> list[str]:
        self.data = folder / "data"
        self.data.mkdir()
        mount(self.data, size_mb=SIZE_MB, mode="0700")
        return super().prepare(folder)

    def _end(self, *, kill: bool) -> str:
        said = super()._end(kill=kill)
        unmount(self.data)
        shutil.rmtree(self.data.parent, ignore_errors=True)  # where a disk lies, no folder goes
        return said

    @contextmanager
    def full(self) -> Iterator[None]:
        filler, room = self.data / "filler", os.statvfs(self.data)
        with filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, room.f_bavail * room.f_frsize)
        try:
            yield
        finally:
            filler.unlink()


def hold(stage: Stage, *, posts: int) -> list[Figure]:
    if not may_mount(stage.folder / "probe"):
        return []
    with Cramped() as server:
        url = server.url("easel")
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE easel")
        stage.environment |= {"DATABASE_URL": url}
        manage(stage, "migrate", "--verbosity", "0")
        key = manage(stage, "shell", "--verbosity", "0", "--command", ISSUE).strip().splitlines()[-1]
        web, worker = stage.web(), stage.worker().ready()

        def post(number: int, kind: str = "cat") -> Answer:
            return web.call(key, "POST", body=large(kind, number), **{"Idempotency-Key": f"{kind}-{number}"})

        held = [post(number, "held").status for number in range(IN_HAND)]
        wait_until(lambda: count(url, "status = 'processing'") == IN_HAND)
        accepted = [number for number in range(posts) if post(number).status == 201]
        with server.full():
            gate(stage.record).touch()  # two pictures are painted now, and cannot be written down
            during = [post(posts + number) for number in range(posts)]
        again = [post(posts + number) for number, answer in enumerate(during) if answer.status != 201]
        wait_until(lambda: count(url, "status IN ('pending', 'processing')") == 0, PATIENCE_S)
        return [
            exactly("PostgreSQL's disk well: posts accepted", len(accepted), posts),
            at_least("PostgreSQL's disk full: posts refused", len(again), 1),
            none("Refused otherwise than by 503", strange(during)),
            none("With room again and the same key: refused", sum(answer.status != 201 for answer in again)),
            exactly("All done, each once", count(url, "status = 'success'"), 2 * posts + held.count(201)),
            none("Others", count(url, "status <> 'success'")),
            yes("The worker lives", Path(f"/proc/{worker.pid}").exists()),
        ]


def strange(answers: list[Answer]) -> set[tuple[int, bytes]]:
    return {(answer.status, answer.body[:99]) for answer in answers if answer.status not in {201, 503}}


def large(kind: str, number: int) -> bytes:
    """A row that needs new room, for its text is not to be compressed."""
    meta = {"text": base64.b64encode(os.urandom(ROW_BYTES)).decode()}
    return json.dumps({"prompt": f"{kind}:{number}", "autoEnhance": False, "meta": meta}).encode()


def count(url: str, where: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(f"SELECT count(*) FROM generations_generation WHERE {where}").fetchone()
        return int(row[0]) if row else 0


def manage(stage: Stage, *command: str) -> str:
    environment = {**os.environ, **stage.environment, "LOG_STREAM": "stderr"}
    done = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout
