"""A secret that nobody could miss in every place that takes one; then all is used, and broken, and searched."""

import base64
import json
import re
import secrets
import time
from contextlib import ExitStack
from urllib.parse import quote, urlsplit

import psycopg
import pytest
import redis
from django.contrib.auth.models import User
from django.test import Client

from projects.keys import parse_key
from projects.models import ApiKey
from tests.admin.test_secrets import crawl
from tests.factories import ApiKeyFactory
from tests.peers.openai_images import picture, wrong_key
from tests.peers.server import Answer, Peer
from tests.production.test_end_to_end import Stack
from tests.projects.webhooks.receivers import receiver, status
from tests.servers.s3 import S3Server

GENERATIONS, WEBHOOKS = "/api/v1/generations", "/api/v1/webhooks"
PATIENCE_S = 40


def canary(name):
    return f"canary{name}{secrets.token_hex(12)}"


@pytest.fixture
def hidden():
    """Each secret by the place it is put in."""
    places = ("database", "redis", "vendor", "metrics", "staff", "django")
    return {place: canary(place) for place in places}


@pytest.fixture
def database(database_url, hidden):
    """The test database, for a role with a password."""
    with psycopg.connect(database_url, autocommit=True) as server:
        server.execute("DROP ROLE IF EXISTS easel_canary")
        server.execute(f"CREATE ROLE easel_canary SUPERUSER LOGIN PASSWORD '{hidden['database']}'")
        parts = urlsplit(database_url)
        yield parts._replace(netloc=f"easel_canary:{hidden['database']}@{parts.hostname}:{parts.port}").geturl()
        server.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'easel_canary'")
        server.execute("DROP ROLE easel_canary")


class Traffic:
    """Everything that Redis is told, until it ends."""

    def __init__(self, client):
        self.lines = []
        self._monitor = client.monitor().__enter__()

    def read(self):
        connection = self._monitor.connection
        while connection.can_read(timeout=0.2):
            self.lines.append(str(self._monitor.next_command()))


class Product:
    """Web and worker with all these secrets, and all that they were heard to say."""

    def __init__(self, stack, peer):
        self.stack, self.peer = stack, peer
        self.answers = []

    def ask(self, path, **more):
        code, headers, body = self.stack.ask(path, **more)
        self.answers.append(f"{code} {dict(headers)} {body.decode(errors='replace')}")
        return code, json.loads(body) if "json" in headers.get("Content-Type", "") else body

    def paint(self, key):
        """Until the job has ended, or has begun another attempt, or waits for a provider that is down."""
        code, created = self.ask(GENERATIONS, body={"prompt": "a cat", "autoEnhance": False}, **{"X-API-Key": key})
        assert code == 201, created
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            code, seen = self.ask(f"{GENERATIONS}/{created['data']['id']}", **{"X-API-Key": key})
            assert code == 200, seen
            if seen["data"]["status"] in {"success", "failed"} or seen["data"]["retryCount"] or seen["data"]["retryAt"]:
                return seen["data"]
            time.sleep(0.3)
        raise AssertionError(seen)


def spellings(secret):
    """As it is, as URLs have it, and in base64, at each of its three offsets."""
    inner = [base64.b64encode(b"x" * skip + secret.encode()).decode()[4:-4] for skip in range(3)]
    return {secret, quote(secret), quote(secret, safe=""), *inner}


def found(haystacks, hidden):
    """Where which secret is."""
    return {
        (place, name)
        for place, text in haystacks.items()
        for name, secret in hidden.items()
        if any(spelling in text for spelling in spellings(secret))
    }


def dump(database_url):
    with psycopg.connect(database_url) as server:
        tables = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        rows = []
        for (table,) in tables:
            with server.cursor().copy(f'COPY "{table}" TO STDOUT') as copy:
                rows += [bytes(block).decode() for block in copy]
    return "".join(rows)


def test_no_canary_leaves_the_place_it_was_put_in(
    database, database_url, spare_redis, hidden, tmp_path, settings, caplog
):
    api_key = ApiKeyFactory(rate_limit_per_hour=1_000_000)
    boss = User.objects.create_superuser("boss", password=hidden["staff"])
    hidden |= {"API key": api_key.text, "its secret": parse_key(api_key.text).secret}
    client = redis.Redis.from_url(spare_redis.url())
    client.config_set("requirepass", hidden["redis"])
    client = redis.Redis.from_url(spare_redis.url(), password=hidden["redis"])
    with ExitStack() as held:
        s3, peer = held.enter_context(S3Server()), held.enter_context(Peer().running())
        hidden["storage"] = s3.secret_key
        redis_url = f"redis://:{hidden['redis']}@127.0.0.1:{spare_redis.port}"
        addresses = {"DATABASE_URL": database, "REDIS_URL": f"{redis_url}/0", "BROKER_URL": f"{redis_url}/1"}
        stack = Stack(addresses | {"STORAGE_URL": f"{s3.create_bucket().storage_url}&served_by=web"}, tmp_path)
        more = {
            "SECRET_KEY": hidden["django"] + "k" * 40,
            "OPENAI_API_KEY": hidden["vendor"],
            "OPENAI_BASE_URL": peer.url,
            "METRICS_TOKEN": hidden["metrics"],
            "WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8",
            "WEBHOOK_ALLOW_HTTP": "true",
            "ENHANCER": "rules",
            # A picture is kept for as long as its job has time, so that an attempt without a storage takes minutes.
            "TASK_TIME_LIMIT_S": "10",
            "OPENAI_IMAGE_TIMEOUT_S": "5",
        }
        web, worker = (held.enter_context(stack.start(name, **more)) for name in ("web", "worker"))
        stack.wait_until_ready(web, worker)
        product, traffic = Product(stack, peer), Traffic(client)
        with receiver(status(500, body="no")) as hooks:
            use(product, api_key.text, hidden, hooks)
            traffic.read()
            break_everything(product, api_key.text, database_url, s3, spare_redis)
        said = {process: "\n".join(process_of.lines + process_of.errors) for process, process_of in
                (("web", web), ("worker", worker))}  # fmt: skip

    hidden_from_pages = hidden | {"digest": ApiKey.objects.get().digest}
    settings.SECRET_KEY, settings.VENDOR_API_KEYS = more["SECRET_KEY"], {"openai": hidden["vendor"], "gemini": ""}
    browser = Client()
    for password in (f"{hidden['staff']}x", hidden["staff"]):
        browser.post("/admin/login/", {"username": "boss", "password": password}, secure=True)
    browser.force_login(boss)
    pages = crawl(browser, "/admin/")
    assert {"/admin/webhooks/endpoint/", "/admin/webhooks/delivery/"} <= pages.keys()
    haystacks = {
        "logs of web": said["web"],
        "logs of worker": said["worker"],
        "database": dump(database_url),
        "traffic": "\n".join(traffic.lines),
        "answers": "\n".join(product.answers),
        "logs of this process": caplog.text,
    }
    assert found(haystacks, hidden) == set()
    assert found(pages, hidden_from_pages) == set()
    assert_all_of_it_was_seen(haystacks, pages, api_key, hidden)


def use(product, key, hidden, hooks):
    """Make pictures, with a vendor that repeats the key it got and one that serves; be told of them."""
    product.ask("/admin/login/")
    code, created = product.stack.ask(WEBHOOKS, body={"url": hooks.url}, **{"X-API-Key": key})[::2]
    assert code == 201, created
    hidden["webhook"] = json.loads(created)["data"]["secret"]
    hidden["webhook, its key"] = hidden["webhook"].removeprefix("whsec_")
    product.peer.answers(wrong_key(hidden["vendor"]))
    assert product.paint(key)["status"] == "failed"
    product.peer.answers(Answer.of({"error": {"message": f"Bearer {hidden['vendor']}"}}, 500))
    waiting = product.paint(key)
    assert (waiting["status"], waiting["errorCode"]) == ("pending", "PROVIDER_UNAVAILABLE")
    product.peer.answers(picture())
    assert product.paint(key)["status"] == "success"
    for path in (WEBHOOKS, f"{WEBHOOKS}/{json.loads(created)['data']['id']}/deliveries", GENERATIONS):
        assert product.ask(path, **{"X-API-Key": key})[0] == 200
    for path in ("/schema", "/readyz", "/metrics", "/docs", "/api/nowhere", "/nowhere"):
        product.ask(path, **{"X-API-Key": key + "x"})
    assert product.ask("/metrics", Authorization=f"Bearer {hidden['metrics']}")[0] == 200
    assert product.ask(GENERATIONS, **{"X-API-Key": key[:-1] + "~"})[0] == 401


def break_everything(product, key, database_url, s3, spare_redis):
    """A crash of ours, then storage, Redis and PostgreSQL away, one after the other."""
    with psycopg.connect(database_url, autocommit=True) as server:
        server.execute("ALTER TABLE generations_generation RENAME COLUMN template TO mislaid")
        assert product.ask(GENERATIONS, body={"prompt": "a cat"}, **{"X-API-Key": key})[0] == 500
        server.execute("ALTER TABLE generations_generation RENAME COLUMN mislaid TO template")
        s3.stop()
        assert product.paint(key)["status"] != "success"
        spare_redis.stop()
        assert product.ask(GENERATIONS, body={"prompt": "a cat"}, **{"X-API-Key": key})[0] == 201
        server.execute("ALTER ROLE easel_canary NOLOGIN")
        server.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'easel_canary'")
        assert product.ask(GENERATIONS, body={"prompt": "a cat"}, **{"X-API-Key": key})[0] == 503
        assert product.ask("/readyz")[0] == 503
        time.sleep(3)  # the worker's relay comes by, too
        server.execute("ALTER ROLE easel_canary LOGIN")


def assert_all_of_it_was_seen(haystacks, pages, api_key, hidden):
    """The control: those places were really looked at, and a secret in them would have been found."""
    assert "request_crashed" in haystacks["logs of web"]
    assert "Traceback" in haystacks["logs of web"]
    assert "database_unavailable" in haystacks["logs of web"]
    assert "PROVIDER_REJECTED" in haystacks["answers"]
    assert "STORAGE_FAILED" in haystacks["logs of worker"] + haystacks["answers"] + haystacks["database"]
    assert api_key.digest in haystacks["database"]
    assert "easel:rate:" + api_key.key_id in haystacks["traffic"]
    assert re.search("openapi: 3", haystacks["answers"])
    assert "easel_http_requests" in haystacks["answers"]
    for place, text in haystacks.items():
        for name, secret in hidden.items():
            planted = {place: text[:100] + quote(f"x={secret}&y") + text[100:]}
            assert (place, name) in found(planted, hidden), (place, name)
            encoded = base64.b64encode(f"user:{secret}".encode()).decode()
            assert found({place: encoded}, {name: secret}), (place, name)
