"""A setting that is refused ends every start in one sentence; a start that succeeds says what it runs on."""

import os
import re
import subprocess
import sys

import pytest
from structlog.testing import capture_logs

from config.monitoring import summary
from tests.config.settings.reading import LAPTOP, PRODUCTION, settings_of
from tests.production.files import ROOT
from tests.servers.process import free_port

SENTENCE = "Easel does not start: LEASE_S is a number from 0.5 to 3600; empty is the default. See .env.example."
PYTHON = [sys.executable, "-m"]
STARTS = {
    "manage.py": [sys.executable, "manage.py", "quickstart"],
    "celery": [*PYTHON, "celery", "--quiet", "--app", "config", "worker", "--pool", "prefork", "--concurrency", "1"],
    "granian": [*PYTHON, "granian", "--interface", "wsgi", "--no-ws", "config.wsgi:application"],
}


@pytest.mark.parametrize("program", STARTS)
def test_a_refused_setting_ends_the_start_in_one_sentence(program, tmp_path):
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "LEASE_S": "soon"}
    command = STARTS[program]
    if program == "granian":
        command = [*command[:-1], "--port", str(free_port()), command[-1]]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stderr.count(SENTENCE) == 1, done.stderr
    assert "Traceback" not in done.stderr + done.stdout


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (
            "postgres://easel:hidden@127.0.0.1:1/easel",
            "The database of DATABASE_URL does not do it: .*Connection refused.*",
        ),
        (
            "sqlite:///{folder}/new",
            "Easel does not start: The tables are not of this release yet .* Run manage.py migrate.",
        ),
    ],
)
def test_a_command_without_its_database_says_so_in_one_sentence(url, sentence, tmp_path):
    variables = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "DATABASE_URL": url.format(folder=tmp_path)}
    command = [sys.executable, "manage.py", "issue_api_key", "--project", "default"]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert re.fullmatch(rf"{sentence}\n", done.stderr), done.stderr
    assert "hidden" not in done.stderr


HIDDEN = PRODUCTION | {
    "DATABASE_URL": "postgres://easel:hidden@db.example:6432/easel?sslmode=require",
    "REDIS_URL": "rediss://:hidden@cache.example:6380/0",
    "BROKER_URL": "amqp://easel:hidden@mq.example//",
    "STORAGE_URL": "s3://key:hidden@easel?endpoint=https://s3.example&url_life_s=60",
    "OPENAI_API_KEY": "hidden",
    "OPENAI_IMAGE_MODEL": "m-2",
    "OPENAI_ENHANCER_MODEL": "llama",
    "OPENAI_ENHANCER_BASE_URL": "http://127.0.0.1:11434/v1",
    "IMAGE_PROVIDERS": '{"acme": {"BACKEND": "acme.AcmeProvider", "OPTIONS": {"base_url": "https://u:hidden@a.example"}}}',
    "IMAGE_PROVIDER_CHAIN": "openai,acme",
    "PUBLIC_URL": "https://easel.example",
    "METRICS_TOKEN": "hidden",
    "SECRET_KEY": "hidden" * 10,
}


@pytest.fixture
def start(monkeypatch):
    """Have the summary look at the settings that these variables make."""

    def start(variables, **changes):
        monkeypatch.setattr(summary, "settings", settings_of(variables | changes))

    return start


def test_what_it_runs_on_is_said_without_a_secret(start):
    start(HIDDEN)
    assert summary.runs_on() == {
        "environment": "production",
        "database": "PostgreSQL, easel on db.example, port 6432, sslmode require",
        "broker": "amqp://mq.example//",
        "rate_limits": "rediss://cache.example:6380/0",
        "pictures": "S3 bucket easel at https://s3.example, links signed for 60 s",
        "providers": "openai m-2, then acme (acme.AcmeProvider)",
        "enhancer": "openai llama at http://127.0.0.1:11434/v1",
        "links": "https://easel.example",
        "logins": "counted by the address that connects",
        "metrics": "for the bearer of METRICS_TOKEN",
    }


def test_a_laptop_says_what_it_has_instead(start):
    start(LAPTOP)
    assert summary.runs_on() == {
        "environment": "laptop",
        "database": "SQLite, /tmp/never-written/easel.sqlite3",
        "broker": "this process",
        "rate_limits": "counted by each process for itself",
        "pictures": "on disk, /tmp/never-written/media",
        "providers": "sketch",
        "enhancer": "rules",
        "links": "begin with the host that a request names",
        "logins": "counted by the address that connects",
        "metrics": "open, as on any laptop",
    }


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("s3://b?served_by=web", "S3 bucket b at AWS, served by the web"),
        ("s3://b?public_url=https://cdn.example/p", "S3 bucket b at AWS, links to https://cdn.example/p"),
    ],
)
def test_how_pictures_are_reached_is_said(start, url, said):
    start(LAPTOP, STORAGE_URL=url)
    assert summary.runs_on()["pictures"] == said


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "the proxy names in X-Forwarded-For, if X_Forwarded_For is dropped there"),
        (
            {"TRUSTED_PROXIES": "2"},
            "the first of 2 proxies names in X-Forwarded-For, if X_Forwarded_For is dropped there",
        ),
        ({"FORWARDED_HEADER": "Forwarded"}, "the proxy names in Forwarded"),
    ],
)
def test_by_whose_address_wrong_passwords_are_counted_is_said(start, variables, said):
    start(LAPTOP, BEHIND_TLS_PROXY="true", **variables)
    assert summary.runs_on()["logins"] == f"counted by the address that {said}"


def test_a_worker_says_its_queues_too(start):
    start(HIDDEN)
    with capture_logs() as logs:
        summary.announce_worker({"gpu", "generations"})
    (event,) = logs
    assert (event["event"], event["queues"]) == ("worker_starts", ["generations", "gpu"])
    assert event["broker"] == "amqp://mq.example//"
    assert "hidden" not in str(logs)


def test_production_says_that_its_metrics_are_closed(start):
    start(HIDDEN, METRICS_TOKEN="")
    with capture_logs() as logs:
        summary.announce_web()
    assert [event["event"] for event in logs] == ["web_starts", "metrics_closed"]
    assert logs[0]["metrics"] == "closed until METRICS_TOKEN is set"
    start(HIDDEN)
    with capture_logs() as logs:
        summary.announce_web()
    assert [event["event"] for event in logs] == ["web_starts"]


def test_a_key_of_the_shell_is_announced_where_it_is_used(monkeypatch):
    shell = LAPTOP | {"OPENAI_API_KEY": "k", "GEMINI_API_KEY": "k"}
    monkeypatch.setattr(summary, "settings", settings_of(shell))
    assert summary.paid_for_by_shell() == [
        "OPENAI_API_KEY is set in this shell, so pictures and better prompts come from openai and cost money.",
        "GEMINI_API_KEY is set in this shell, so pictures come from gemini and cost money.",
    ]
    monkeypatch.setattr(
        summary, "settings", settings_of(shell | {"IMAGE_PROVIDER_CHAIN": "sketch", "ENHANCER": "gemini"})
    )
    assert summary.paid_for_by_shell() == [
        "GEMINI_API_KEY is set in this shell, so better prompts come from gemini and cost money."
    ]
    monkeypatch.setattr(summary, "settings", settings_of(LAPTOP, dotenv={"OPENAI_API_KEY": "k"}))
    assert summary.settings.IMAGE_PROVIDER_CHAIN == ["openai"]
    assert summary.paid_for_by_shell() == []
