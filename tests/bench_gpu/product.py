"""The product: a web process and a worker, and a client that posts prompts and polls until all are painted."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.core.management import call_command

from projects.models import Organization, Project
from tests.bench.processes import cpu_ms, running, serving
from tests.bench.recorder import headers
from tests.bench.samples import Sample

WORKER = "celery -A config worker --queues gpu --pool prefork --concurrency 1 --without-gossip --without-mingle"
POLL_EVERY_S = 0.05
PATIENCE_S = 900


class JobFailed(Exception):
    """A picture was not painted, so that the numbers are worth nothing."""


class Product:
    """A client with a key."""

    def __init__(self, port: int, pids: tuple[int, ...]) -> None:
        self._url = f"http://127.0.0.1:{port}/api/v1/generations"
        self._pids = pids
        organization = Organization.objects.create(name="Bench", slug="bench")
        project = Project.objects.create(organization=organization, name="Bench", slug="bench")
        self._headers = headers(project) | {"Content-Type": "application/json"}

    def take(self, pictures: int) -> Sample:
        """From the first POST until the last picture is there."""
        used, began = cpu_ms(*self._pids), time.monotonic()
        wanted = self._count("success") + pictures
        for number in range(pictures):
            self._post(f"picture number {number}")
        while self._count("success") < wanted:
            if failed := self._ask("?status=failed")["data"]:
                raise JobFailed(failed[0]["errorMessage"])
            if time.monotonic() - began > PATIENCE_S:
                raise JobFailed(f"Of {pictures} pictures, {wanted - self._count('success')} are missing.")
            time.sleep(POLL_EVERY_S)
        return Sample(pictures / (time.monotonic() - began), (cpu_ms(*self._pids) - used) / pictures)

    def _post(self, prompt: str) -> None:
        self._ask("", {"prompt": prompt, "aspectRatio": "1:1", "autoEnhance": False})

    def _count(self, status: str) -> int:
        total: int = self._ask("?" + urlencode({"status": status, "limit": 1}))["pagination"]["total"]
        return total

    def _ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        data = json.dumps(body).encode() if body else None
        with urlopen(Request(self._url + path, data, self._headers)) as answer:
            return json.load(answer)


@contextmanager
def working(logs: Path) -> Iterator[Product]:
    call_command("migrate", verbosity=0)
    with (
        serving("config.wsgi:application", logs / "web.log") as (web, port),
        running(WORKER.split(), logs / "worker.log") as worker,
    ):
        yield Product(port, (web, worker))
