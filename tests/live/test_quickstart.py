"""``make run``'s command, as a newcomer uses it: a process, a port, a data folder."""

import json
import os
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from PIL import Image
from standardwebhooks.webhooks import Webhook

from tests.live.easel import Easel
from tests.live.worker import PATIENCE_S, ROOT, wait_until
from tests.peers import gemini_images, gemini_text, openai_images
from tests.peers.server import Peer
from tests.projects.webhooks.receivers import receiver
from tests.providers import png
from tests.servers.process import accepts_connections, free_port
from tests.users import VENDORS, python_of


@pytest.fixture
def easel(tmp_path: Path) -> Iterator[Callable[..., Easel]]:
    """Start Easel, again and again on the same data."""
    started: list[Easel] = []

    def start(**environment: Any) -> Easel:
        started.append(Easel(tmp_path / "data", **environment))
        wait_until(started[-1].answers)
        return started[-1]

    yield start
    for each in started:
        each.kill()


def finished(easel: Easel, key: str, generation_id: str) -> Any:
    """Poll as a client should: with the last answer's ETag, so that it costs nothing until there is news."""
    etag, pause = "", threading.Event()
    for _ in range(PATIENCE_S * 10):
        headers = {"X-API-Key": key, "If-None-Match": etag}
        try:
            with urlopen(Request(f"{easel.url}/api/v1/generations/{generation_id}", headers=headers)) as answer:
                etag, data = answer.headers["ETag"], json.load(answer)["data"]
        except HTTPError as answer:
            assert answer.code == 304  # noqa: PT017 — urllib's way to say so
        if data["status"] in ("success", "failed"):
            return data
        pause.wait(0.1)
    raise AssertionError(data)


def test_a_newcomers_first_picture(easel):
    running = easel()
    created = running.call("/api/v1/generations", {"prompt": "a lighthouse", "aspectRatio": "16:9"}, running.key)
    image = finished(running, running.key, created["id"])["outputImage"]
    assert image["storageUrl"].startswith(f"{running.url}/media/default/")
    with urlopen(image["storageUrl"]) as answer:
        content = answer.read()
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "public, no-cache"
    assert len(content) == image["fileSize"]
    assert Image.open(BytesIO(content)).size == (1792, 1024)


def test_a_newcomer_may_wait_for_a_picture_and_watch_another(easel):
    running = easel()
    for number in range(3):
        asked = json.dumps({"prompt": f"a lighthouse, {number}"}).encode()
        headers = {"X-API-Key": running.key, "Content-Type": "application/json", "Prefer": "wait=60"}
        with urlopen(Request(f"{running.url}/api/v1/generations", asked, headers), timeout=PATIENCE_S) as answer:
            assert (answer.status, answer.headers["Preference-Applied"]) == (201, "wait=60")
            assert json.load(answer)["data"]["outputImage"]["width"] == 1024
        created = running.call("/api/v1/generations", {"prompt": "a sailboat"}, running.key)
        events = Request(f"{running.url}/api/v1/generations/{created['id']}/events", headers=headers)
        with urlopen(events, timeout=PATIENCE_S) as stream:
            lines = stream.read().decode().splitlines()
        done = json.loads(lines[-2].removeprefix("data: "))
        assert (lines[-4], done["id"], done["status"]) == ("event: done", created["id"], "success")


def test_a_webhook_tells_what_becomes_of_it(easel):
    """On SQLite, in one process, to a receiver on this machine that was allowed."""
    running = easel(WEBHOOK_ALLOWED_NETWORKS="127.0.0.0/8")
    with receiver() as there:
        webhook = running.call("/api/v1/webhooks", {"url": there.url}, running.key)
        created = running.call("/api/v1/generations", {"prompt": "a lighthouse"}, running.key)
        wait_until(lambda: len(there.posted) == 2)
        told = [Webhook(webhook["secret"]).verify(posted.body, dict(posted.headers)) for posted in there.posted]
        (succeeded,) = [event for event in told if event["type"] == "generation.succeeded"]
        assert succeeded["data"] == running.call(f"/api/v1/generations/{created['id']}", key=running.key)
        deliveries = f"/api/v1/webhooks/{webhook['id']}/deliveries"
        wait_until(lambda: [each["status"] for each in running.call(deliveries, key=running.key)] == ["delivered"] * 2)
    assert "Traceback" not in running.output


def test_a_webhook_on_this_machine_is_refused_otherwise(easel):
    running = easel()
    with receiver() as there, pytest.raises(HTTPError) as refused:
        running.call("/api/v1/webhooks", {"url": there.url}, running.key)
    assert json.load(refused.value)["error"]["details"] == {
        "url": ["The host resolves to a private or reserved address."]
    }
    assert there.connections == 0


@pytest.mark.parametrize(
    ("variables", "answer", "provider"),
    [
        ({"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "{url}/v1"}, openai_images.picture, "/v1/images/generations"),
        ({"GEMINI_API_KEY": "k", "GEMINI_BASE_URL": "{url}"}, gemini_images.picture, ":generateContent"),
    ],
    ids=["openai", "gemini"],
)
def test_a_vendors_key_is_all_that_real_pictures_take(easel, variables, answer, provider):
    """But for the address, which keeps the test from the vendor's door."""
    with Peer().running() as vendor:
        vendor.answers(answer())
        running = easel(**{name: value.format(url=vendor.url) for name, value in variables.items()})
        announced = f"{next(iter(variables))} is set in this shell, so pictures"
        assert announced in running.output
        assert not vendor.asked
        asked = {"prompt": "a lighthouse", "autoEnhance": False}
        created = running.call("/api/v1/generations", asked, running.key)
        image = finished(running, running.key, created["id"])["outputImage"]
        assert (image["width"], image["fileSize"]) == (8, len(png()))
        assert [request.path.endswith(provider) for request in vendor.asked] == [True]


def test_a_dead_first_provider_costs_nothing_but_a_try_and_the_other_vendor_betters_the_prompt_too(easel):
    better = "A lone lighthouse on a rugged cliff at sunset, its beam sweeping over a calm violet sea."
    with Peer().running() as google:
        google.answers(gemini_text.content(better), gemini_images.picture())
        nowhere = {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": f"http://127.0.0.1:{free_port()}/v1"}
        running = easel(**nowhere, GEMINI_API_KEY="k", GEMINI_BASE_URL=google.url)
        created = running.call("/api/v1/generations", {"prompt": "a lighthouse"}, running.key)
        assert created["prompt"] == better
        made = finished(running, running.key, created["id"])
    assert (made["status"], made["retryCount"], made["errorCode"]) == ("success", 0, None)
    assert made["outputImage"]["fileSize"] == len(png())


def test_a_vendor_without_a_key_is_named_at_the_start(tmp_path):
    refused = Easel(tmp_path / "data", IMAGE_PROVIDER_CHAIN="gemini")
    assert refused.process.wait(PATIENCE_S) == 1
    assert "set GEMINI_API_KEY" in refused.output
    assert "Traceback" not in refused.output


def test_it_says_where_everything_is_and_the_secrets_only_once(easel, tmp_path):
    first = easel()
    for line in (f"{first.url}/admin/", f"{first.url}/docs", f"{first.url}/healthz", "curl", "Admin password: "):
        assert line in first.output
    assert f"Database     SQLite, {first.data_dir}/easel.sqlite3" in first.output
    assert " is set in this shell" not in first.output
    key = first.key
    assert first.end(signal.SIGTERM) == 0
    second = easel()
    assert "API key: " not in second.output
    assert "Admin password: " not in second.output
    assert "issue_api_key --project default" in second.output
    assert "Warning" not in first.output + second.output
    assert second.call("/api/v1/generations", key=key) == []


def test_two_starts_have_different_secrets(easel, tmp_path):
    running = easel()
    other = Easel(tmp_path / "other")
    wait_until(other.answers)
    secrets = [(each.key, each.password, (each.data_dir / "secret_key").read_text()) for each in (running, other)]
    assert all(mine != theirs for mine, theirs in zip(*secrets, strict=True))
    assert all(len(secret) >= 16 for secret in (*secrets[0], *secrets[1]))
    other.end(signal.SIGTERM)


@pytest.mark.parametrize("umask", [0o000, 0o022])
@pytest.mark.parametrize("folder_was_there", [False, True])
def test_its_files_are_its_own_whatever_the_umask(tmp_path, umask, folder_was_there):
    data_dir = tmp_path / "data"
    if folder_was_there:
        data_dir.mkdir()
        data_dir.chmod(0o755)
    running = Easel(data_dir, umask=umask)
    try:
        wait_until(running.answers)
        created = running.call("/api/v1/generations", {"prompt": "a lighthouse"}, running.key)
        assert finished(running, running.key, created["id"])["status"] == "success"
        files = [path for path in data_dir.rglob("*") if path.suffix != ".png"]  # a picture's folder keeps it
        assert {"secret_key", "easel.sqlite3", "media"} <= {path.name for path in files}
        assert [path for path in files if path.stat().st_mode & 0o077] == []
        assert (data_dir / "secret_key").stat().st_mode & 0o777 == 0o600
        assert folder_was_there or data_dir.stat().st_mode & 0o777 == 0o700
    finally:
        running.end(signal.SIGKILL)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
def test_no_process_has_a_secret_in_its_arguments_or_environment(easel):
    running = easel()
    secrets = [running.key, running.password, (running.data_dir / "secret_key").read_text()]
    processes = list(running.processes())
    assert len(processes) >= 2
    for process in processes:
        seen = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        assert b"DATA_DIR" in seen
        assert [secret for secret in secrets if secret.encode() in seen] == []


def log_in(running: Easel, password: str, *forwarded: str) -> int:
    """Through the form, as a browser, with a line for each of these as X-Forwarded-For; the answer's status."""
    with closing(HTTPConnection("127.0.0.1", running.port, timeout=PATIENCE_S)) as connection:
        connection.request("GET", "/admin/login/")
        page = connection.getresponse()
        (token,) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
        form = urlencode({"username": "admin", "password": password, "csrfmiddlewaretoken": token, "next": "/admin/"})
        connection.putrequest("POST", "/admin/login/")
        for name, value in (
            ("Cookie", page.headers["Set-Cookie"].split(";")[0]),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Content-Length", str(len(form))),
            *(("X-Forwarded-For", address) for address in forwarded),
        ):
            connection.putheader(name, value)
        connection.endheaders(form.encode())
        return connection.getresponse().status


def test_a_guesser_is_locked_out_whoever_it_claims_to_be(easel):
    """A proxy may add to what the client sent, or add a line of its own below it."""
    running = easel(TRUSTED_PROXIES="1")
    proxied = [("203.0.113.1", "192.0.2.1"), ("203.0.113.2, 192.0.2.1",), ("203.0.113.3", "192.0.2.1")]
    assert [log_in(running, "wrong", *forwarded) for forwarded in [*proxied, *proxied]] == [
        200,
        200,
        200,
        200,
        429,
        429,
    ]
    assert log_in(running, running.password, "203.0.113.4", "192.0.2.1") == 429
    assert log_in(running, running.password, "192.0.2.1", "198.51.100.1") == 302


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly(easel, number):
    running = easel()
    assert running.end(number) == 0
    assert not accepts_connections(running.port)
    assert "Traceback" not in running.output


def test_limits_hold_on_a_laptop_too(easel):
    running = easel(MAX_QUEUED="3", MAX_CONCURRENT="1")
    accepted, refused = [], []
    for n in range(12):
        try:
            accepted.append(running.call("/api/v1/generations", {"prompt": f"a cat, {n}"}, running.key))
        except HTTPError as answer:
            refused.append((answer.code, json.load(answer)["error"]["code"], int(answer.headers["Retry-After"]) >= 1))
    assert set(refused) == {(429, "QUEUE_FULL", True)}
    assert {data["queuePosition"] for data in accepted} == {1, 2, 3}
    for data in accepted:
        done = finished(running, running.key, data["id"])
        assert (done["status"], done["queuePosition"], done["estimatedWaitSeconds"]) == ("success", None, None)


def test_what_was_under_way_when_it_was_killed_is_finished_after_the_next_start(easel):
    first = easel(LEASE_S="2", HEARTBEAT_S="1")
    key = first.key
    ids = [first.call("/api/v1/generations", {"prompt": f"a cat, {n}"}, key)["id"] for n in range(8)]
    os.killpg(first.process.pid, signal.SIGKILL)
    second = easel(LEASE_S="2", HEARTBEAT_S="1")
    for generation_id in ids:
        assert finished(second, key, generation_id)["outputImage"]


def test_killed_alone_it_takes_its_server_process_with_it(easel):
    running = easel()
    running.process.kill()
    wait_until(lambda: not accepts_connections(running.port), within_s=10)


def test_a_taken_port_is_refused_before_anything_is_made(easel, tmp_path):
    running = easel()
    second = Easel(tmp_path / "second", PORT=str(running.port))
    assert second.process.wait(PATIENCE_S) == 1
    assert f"Port {running.port} is not free" in second.output
    assert f"PORT={running.port + 1} make run" in second.output
    assert not (tmp_path / "second" / "easel.sqlite3").exists()


def test_it_refuses_production(tmp_path):
    production = {"ENVIRONMENT": "production", "SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": "easel.example"}
    refused = Easel(tmp_path / "data", **production)
    assert refused.process.wait(PATIENCE_S) == 1
    assert "quickstart is for a laptop" in refused.output


def test_issue_api_key_prints_a_key_that_works(easel):
    running = easel()
    command = [python_of(VENDORS), "manage.py", "issue_api_key", "--project", "default"]
    environment = running.environment
    printed = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    key = re.fullmatch(r"API key: (\w+)\n", printed)
    assert key, printed
    assert running.call("/api/v1/generations", key=key[1]) == []


def test_a_wrong_key_is_refused(easel):
    running = easel()
    with pytest.raises(HTTPError) as refused:
        running.call("/api/v1/generations", key=running.key[:-1] + "x")
    assert refused.value.code == 401
    assert json.load(refused.value)["error"]["code"] == "UNAUTHORIZED"
