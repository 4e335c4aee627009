"""An older program does not start on a newer database, and one that runs goes on; a newer one waits to be migrated."""

import json
import os
import re
import subprocess
import sys

import pytest
from django.core import checks
from django.core.management import call_command
from django.core.management.base import CommandError, SystemCheckError
from django.db import OperationalError, connection, connections
from django.db.migrations.recorder import MigrationRecorder

from config import start
from config.monitoring import health
from projects import release
from projects.release import NewerDatabase, OlderDatabase
from tests.client import GENERATIONS, ApiClient
from tests.factories import ApiKeyFactory
from tests.production.files import ROOT
from tests.servers.process import free_port

NEWER = ("generations", "9999_of_a_newer_release")
LATEST = ("generations", "0010_operators_indexes")
NOT_MIGRATED = (
    "The tables are not of this release yet (generations.0010_operators_indexes not made). Run manage.py migrate."
)
SENTENCE = (
    "The database belongs to a newer release of Easel, which has migrated it (generations.9999_of_a_newer_release). "
    "Start that release, or restore the backup from before it, or set ACCEPT_NEWER_DATABASE=true where this one is "
    "known to work with it."
)
STARTS = {
    "web": "granian --interface wsgi --no-ws --port {port} config.wsgi:application",
    "worker": "celery --quiet --app config worker --pool solo --without-gossip --without-mingle",
}


@pytest.fixture
def recorded(transactional_db):
    """Have the database say that a migration was made, or was not; it says what is true in the end."""
    recorder = MigrationRecorder(connection)
    before = set(recorder.applied_migrations())

    def say(*, made=(), not_made=()):
        for key in made:
            recorder.record_applied(*key)
        for key in not_made:
            recorder.record_unapplied(*key)

    yield say
    after = set(recorder.applied_migrations())
    say(made=before - after, not_made=after - before)


@pytest.fixture
def newer(recorded):
    recorded(made=[NEWER])


def test_of_one_release_there_is_no_difference(db):
    assert release.compare() == release.Differences(unknown=(), missing=())
    release.refuse_newer_database()
    assert start.problem_of_start() is None


def test_an_app_that_is_not_installed_says_nothing(recorded):
    recorded(made=[("of_long_ago", "0001_initial")])
    release.refuse_newer_database()


def test_neither_web_nor_worker_starts(newer, database_url, redis_url, tmp_path):
    place = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "BROKER_URL": redis_url, "DATA_DIR": str(tmp_path)}
    environment = {"PATH": os.environ["PATH"], "LOG_JSON": "true", **place}
    begun = {
        name: subprocess.Popen(
            [sys.executable, "-m", *command.format(port=free_port()).split()],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name, command in STARTS.items()
    }
    said = {name: process.communicate(timeout=60) for name, process in begun.items()}
    assert {name: process.returncode for name, process in begun.items()} == {"web": 1, "worker": 1}
    assert said["web"][1].count(f"Easel does not start: {SENTENCE}\n") == 1
    assert SENTENCE in {json.loads(line).get("problem") for line in said["worker"][0].splitlines()}
    assert "Traceback" not in str(said)


def test_what_runs_goes_on_while_a_newer_release_migrates(recorded, client, redis_url):
    api = ApiClient(ApiKeyFactory().text)
    assert api.get(GENERATIONS).status_code == 200
    recorded(made=[NEWER])
    assert api.create().status_code == 201
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("command", ["create_project a/b", "list_api_keys", "quickstart"])
def test_a_command_does_nothing(newer, command):
    with pytest.raises(NewerDatabase) as refused:
        call_command(*command.split())
    assert str(refused.value) == SENTENCE


@pytest.mark.parametrize("command", ["create_project a/b", "list_api_keys"])
def test_nor_does_it_on_tables_that_are_not_migrated_yet(recorded, command):
    """It was a traceback on PostgreSQL: a column or a table was not there."""
    recorded(not_made=[LATEST])
    with pytest.raises(OlderDatabase) as refused:
        call_command(*command.split())
    assert str(refused.value) == NOT_MIGRATED


def test_a_doctor_who_cannot_look_has_found_nothing(recorded, monkeypatch):
    """1 would say that something is wrong with rows or pictures."""
    recorded(not_made=[LATEST])
    with pytest.raises(CommandError, match=re.escape(f"Not examined. {NOT_MIGRATED}")) as refused:
        call_command("doctor", "--repair")
    assert refused.value.returncode == 2
    recorded(made=[LATEST, NEWER])
    with pytest.raises(CommandError, match=re.escape(f"Not examined. {SENTENCE}")) as refused:
        call_command("doctor", "--repair")
    assert refused.value.returncode == 2

    def away():
        raise OperationalError("connection refused\nis it running?")

    monkeypatch.setattr(release, "compare", away)
    with pytest.raises(CommandError, match=r"^Not examined\. connection refused$") as refused:
        call_command("doctor", "--json")
    assert refused.value.returncode == 2


def test_the_check_says_so(newer):
    (message,) = checks.run_checks(tags=["database"], databases=["default"])
    assert (message.id, message.msg) == ("projects.E001", SENTENCE)
    with pytest.raises(SystemCheckError, match=r"projects\.E001"):
        call_command("migrate", skip_checks=False)


def test_whoever_knows_that_it_works_may_start(newer, settings):
    settings.ACCEPT_NEWER_DATABASE = True
    release.refuse_newer_database()
    assert start.problem_of_start() is None
    assert checks.run_checks(tags=["database"], databases=["default"]) == []


def test_a_database_that_is_away_keeps_nobody_from_starting(monkeypatch):
    monkeypatch.setitem(connections.settings["default"], "PORT", 1)
    assert start.problem_of_start() is None


def test_a_newer_program_starts_and_is_not_ready_until_the_database_is_migrated(recorded, client, redis_url, caplog):
    health.refuse_unmigrated.cache_clear()
    latest = max(key for key in MigrationRecorder(connection).applied_migrations() if key[0] == "projects")
    recorded(not_made=[latest])
    assert start.problem_of_start() is None
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["parts"]["database"]) == (503, "not-migrated")
    recorded(made=[latest])
    assert client.get("/readyz").status_code == 200
