"""What a drill plays on: a project with a key, web processes and workers on one database, one Redis and one folder."""

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection

from generations.models import Attempt, Generation, Status
from projects.models import Organization, Project
from projects.services import issue_api_key
from tests.api.live import Answer, LiveServer, serve
from tests.drills.provider import calls
from tests.live.worker import PREFORK, Worker, wait_until
from tests.servers.clock import remove_traces
from tests.servers.redis import empty

NO_LIMIT = 2_000_000_000
OPEN = [Status.PENDING, Status.PROCESSING]


class Stage:
    """Starts processes with the same settings; all that it has started ends with it."""

    def __init__(self, folder: Path, **environment: str) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.record = folder, folder / "calls"
        self.data = folder / "data"
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "tests.drills.settings",
            "DRILL_CALLS": str(self.record),
            "DATA_DIR": str(self.data),
            "LOG_JSON": "true",
            "LEASE_S": str(settings.LEASE_S),
            "HEARTBEAT_S": str(settings.HEARTBEAT_S),
            "RELAY_INTERVAL_S": str(settings.RELAY_INTERVAL_S),
            **environment,
        }
        self._everything = ExitStack()
        self._started = 0
        self.project, self.key = new_project()

    def __enter__(self) -> "Stage":
        return self

    def __exit__(self, *error: object) -> None:
        self._everything.close()
        # What nobody has taken would be a thousand messages more for the next drill's worker.
        empty(self.environment.get("BROKER_URL", settings.CELERY_BROKER_URL))
        remove_traces()

    @property
    def media(self) -> Path:
        return self.data / "media"

    def worker(self, options: str = PREFORK, **environment: str) -> Worker:
        """Start one more; its group of processes is killed in the end, if not before."""
        self._started += 1
        worker = Worker(
            self.folder, name=f"worker{self._started}", options=options, **{**self.environment, **environment}
        )
        self._everything.callback(worker.kill)
        return worker.start()

    def web(self, **environment: str) -> LiveServer:
        self._started += 1
        folder = self.folder / f"web{self._started}"
        folder.mkdir()
        return self._everything.enter_context(serve(folder, workers=1, **{**self.environment, **environment}))

    def post(self, web: LiveServer, prompt: str, **headers: str) -> Answer:
        return web.call(self.key, "POST", body=body_of(prompt), **headers)

    @property
    def jobs(self) -> Any:
        return Generation.objects.filter(project=self.project)

    @property
    def calls(self) -> list[str]:
        return calls(self.record)

    def insert(self, count: int, prompt: str, **fields: Any) -> list[UUID]:
        """Jobs as the product itself could have written them, in one statement."""
        rows = [
            Generation(
                project=self.project,
                prompt=f"{prompt}:{number}",
                original_prompt=f"{prompt}:{number}",
                auto_enhance=False,
                template="general",
                aspect_ratio="1:1",
                **fields,
            )
            for number in range(count)
        ]
        return [row.pk for row in Generation.objects.bulk_create(rows)]

    def all_end(self, within_s: float) -> None:
        wait_until(lambda: not self.jobs.filter(status__in=OPEN).exists(), within_s)

    def attempts(self, **filters: Any) -> Any:
        return Attempt.objects.filter(generation__project=self.project, **filters)

    def files(self) -> set[str]:
        """The keys of all files that are there."""
        return {str(path.relative_to(self.media)) for path in self.media.rglob("*") if path.is_file()}


def body_of(prompt: str) -> bytes:
    return json.dumps({"prompt": prompt, "autoEnhance": False, "aspectRatio": "1:1"}).encode()


def new_project() -> tuple[Project, str]:
    """A project of the drill's own, and a key without a limit to speak of."""
    slug = f"drill-{uuid4().hex[:8]}"
    organization = Organization.objects.create(name=slug, slug=slug)
    project = Project.objects.create(organization=organization, name=slug, slug=slug)
    return project, issue_api_key(project, name="drill", rate_limit_per_hour=NO_LIMIT)[1]


def database_now() -> Any:
    """The database's clock: the only one that counts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
