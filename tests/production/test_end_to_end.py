"""Web, worker and migrate as docker-compose.yml starts them, on real servers: from a prompt to a clean end."""

import hashlib
import json
import os
import re
import signal
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from io import BytesIO

import psycopg
import pytest
from django.db import connection
from PIL import Image as Picture

from tests.factories import ApiKeyFactory
from tests.live.worker import wait_until
from tests.production.files import FILLED_IN, command_of, dockerfile, service
from tests.production.processes import Process
from tests.servers.process import accepts_connections, free_port
from tests.users import VENDORS

HOST = "easel.example"
PROMPT = "a lighthouse that nobody may read of in a log"
SECRETS = FILLED_IN | {"WORKER_CONCURRENCY": "2", "METRICS_TOKEN": "metrics-token-of-prometheus"}
PROMETHEUS = {"Authorization": f"Bearer {SECRETS['METRICS_TOKEN']}"}


class Stack:
    """Our services, each with the compose file's command and environment, its addresses replaced by the tests'."""

    def __init__(self, addresses, tmp_path, *, environment: str = VENDORS) -> None:
        self.installed = environment
        self.addresses = addresses
        self.tmp_path = tmp_path
        self.port = free_port()

    def environment(self, name: str) -> dict[str, str]:
        declared = service(name, SECRETS)["environment"]
        of_image = dict(re.findall(r"(\w+)=(\S+)", " ".join(dockerfile()[-1]["ENV"])))
        paths = {key: str(self.tmp_path / "metrics") for key in ("PROMETHEUS_MULTIPROC_DIR",) if key in declared}
        paths |= {key: str(self.tmp_path / "alive") for key in ("WORKER_ALIVE_FILE",) if key in declared}
        assert set(self.addresses) <= set(declared)
        return {
            **{name: of_image[name] for name in ("ENVIRONMENT", "GRANIAN_BLOCKING_THREADS", "GRANIAN_HOST")},
            "SECRET_KEY": SECRETS["SECRET_KEY"],
            "METRICS_TOKEN": SECRETS["METRICS_TOKEN"],
            "ALLOWED_HOSTS": HOST,
            "DATA_DIR": str(self.tmp_path),
            **declared,
            **self.addresses,
            **paths,
        }

    def start(self, name: str, **extra: str) -> Process:
        command = command_of(name, SECRETS)
        if name == "web":
            command[command.index("--port") + 1] = str(self.port)
        return Process(command, self.environment(name) | extra, installed=self.installed)

    def wait_until_ready(self, web: Process, worker: Process) -> None:
        """Until the worker takes jobs, and the port connections: granian says that it has started before it listens."""
        worker.wait_for("ready.")
        web.wait_for("Started worker-2")
        wait_until(lambda: accepts_connections(self.port))

    def ask(self, path: str, *, body=None, **headers: str):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Host": HOST, "Content-Type": "application/json", **headers},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status, response.headers, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()


@pytest.fixture
def stack(database_url, spare_redis, s3_bucket, tmp_path):
    addresses = {
        "DATABASE_URL": database_url,
        "REDIS_URL": spare_redis.url(0),
        "BROKER_URL": spare_redis.url(1),
        "STORAGE_URL": f"{s3_bucket.storage_url}&served_by=web",
    }
    return Stack(addresses, tmp_path)


@pytest.fixture
def up(stack):
    """Web and worker, ready."""
    with ExitStack() as processes:
        stack.web = processes.enter_context(stack.start("web"))
        stack.worker = processes.enter_context(stack.start("worker"))
        stack.wait_until_ready(stack.web, stack.worker)
        stack.processes = processes
        yield stack


def make_picture(stack, key: str, **headers: str):
    status, _, body = stack.ask("/api/v1/generations", body={"prompt": PROMPT}, **{"X-API-Key": key, **headers})
    assert status == 201, body
    path = f"/api/v1/generations/{json.loads(body)['data']['id']}"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        data = json.loads(stack.ask(path, **{"X-API-Key": key})[2])["data"]
        if data["status"] in {"success", "failed"}:
            return data
        time.sleep(0.1)
    raise AssertionError(data)


def test_a_prompt_becomes_a_picture_and_everything_ends_well(up, s3_bucket):
    key = ApiKeyFactory().text
    data = make_picture(up, key, **{"X-Request-Id": "the-callers-own-id"})

    assert data["status"] == "success"
    image = data["outputImage"]
    assert image["storageUrl"].startswith(f"http://{HOST}/media/")
    path = image["storageUrl"].removeprefix(f"http://{HOST}")
    status, headers, content = up.ask(path)
    assert (status, headers["Content-Type"], len(content)) == (200, "image/png", image["fileSize"])
    assert headers["Cache-Control"] == "public, no-cache"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'
    assert Picture.open(BytesIO(content)).size == (image["width"], image["height"])
    assert up.ask(path, **{"If-None-Match": headers["ETag"]})[0] == 304
    for not_a_picture in ("/media/", "/media/..%2f..%2fetc/passwd", "/media/%00", path + "x", path[:-5]):
        assert up.ask(not_a_picture)[0] == 404, not_a_picture

    assert json.loads(up.ask("/readyz")[2])["parts"] == {"database": "up", "broker": "up", "storage": "up"}
    assert up.ask("/metrics")[0] == 401
    metrics = up.ask("/metrics", **PROMETHEUS)[2].decode()
    assert 'easel_generations_last_hour{provider="sketch",status="success"} 1.0' in metrics
    assert 'easel_http_requests_total{method="POST",route="api/v1/generations",status="201"} 1.0' in metrics

    for process in (up.web, up.worker):
        process.send(signal.SIGTERM)
    assert (up.web.end(), up.worker.end()) == (0, 0)
    assert_logs_are_sound(up, key, data["id"], s3_bucket)
    with Process(["python", "manage.py", "doctor"], up.environment("migrate")) as doctor:
        assert doctor.end() == 0
        assert doctor.lines == ["Healthy: rows, images, objects and intents agree."]


def assert_logs_are_sound(up, key: str, generation_id: str, s3_bucket) -> None:
    """JSON lines, with the ids that tie a worker's line to its request, and with nothing that is nobody's business."""
    web, worker = up.web.events(), up.worker.events()
    assert all({"event", "level", "timestamp"} <= set(line) for line in [*web, *worker])
    (created,) = [line for line in web if line["event"] == "generation_created"]
    assert (created["request_id"], created["generation_id"]) == ("the-callers-own-id", generation_id)
    (succeeded,) = [line for line in worker if line["event"] == "generation_succeeded"]
    assert (succeeded["request_id"], succeeded["generation_id"]) == ("the-callers-own-id", generation_id)
    (begun,) = [line for line in worker if line["event"] == "worker_starts"]
    assert (begun["queues"], begun["metrics"]) == (["generations"], "for the bearer of METRICS_TOKEN")
    assert [line["environment"] for line in web if line["event"] == "web_starts"] == ["production"] * 2
    everything = "\n".join([*up.web.lines, *up.web.errors, *up.worker.lines, *up.worker.errors])
    password = re.search(r"://[^:]*:([^@]*)@", up.addresses["DATABASE_URL"])
    for secret in (
        PROMPT,
        "lighthouse",
        key,
        key[-49:-6],
        SECRETS["SECRET_KEY"],
        SECRETS["METRICS_TOKEN"],
        s3_bucket.server.secret_key,
        *([password[1]] if password and password[1] else []),
    ):
        assert secret not in everything
    assert not [line for line in up.web.errors + up.worker.errors if "Traceback" in line]


def test_several_server_processes_count_together(up):
    for _ in range(20):
        assert up.ask("/healthz")[0] == 200
    for _ in range(4):
        assert (
            'easel_http_requests_total{method="GET",route="healthz",status="200"} 20.0'
            in up.ask("/metrics", **PROMETHEUS)[2].decode()
        )


def test_the_health_checks_tell_the_well_from_the_ill(up):
    check = dockerfile()[-1]["HEALTHCHECK"][-1].partition("CMD ")[2]
    for address in ("127.0.0.1", "[::1]"):  # as a probe asks, which knows the address alone
        with urllib.request.urlopen(f"http://{address}:{up.port}/healthz", timeout=10) as alive:
            assert alive.status == 200
    for setting in ({}, {"PORT": ""}, {"PORT": "9"}):  # of a laptop
        with Process([*json.loads(check), str(up.port)], setting) as well:
            assert well.end() == 0
    with Process([*json.loads(check), str(free_port())], {}) as ill:
        assert ill.end() == 1

    alive = up.tmp_path / "alive"
    shell = service("worker", SECRETS)["healthcheck"]["test"]
    command = ["sh", "-c", shell[1].replace("/tmp/worker-alive", str(alive))]
    with Process(command, {}) as not_yet:
        assert not_yet.end() == 1
    alive.touch()
    with Process(command, {}) as well:
        assert well.end() == 0
    os.utime(alive, (0, time.time() - 90))
    with Process(command, {}) as ill:
        assert ill.end() == 1


def test_migrate_makes_the_tables_of_an_empty_database(stack, database_url):
    name = f"empty_{connection.settings_dict['NAME']}"
    with psycopg.connect(database_url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")
        try:
            stack.addresses["DATABASE_URL"] = database_url.rpartition("/")[0] + f"/{name}"
            with stack.start("migrate") as migrate:
                assert migrate.end() == 0, migrate.errors
            with psycopg.connect(stack.addresses["DATABASE_URL"]) as made:
                assert made.execute("SELECT count(*) FROM generations_generation").fetchone() == (0,)
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
