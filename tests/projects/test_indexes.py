"""A migration that was interrupted between two indexes, or before it was noted, is made by the next ``migrate``."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import ConnectionHandler

from projects.indexes import BesideWrites

REMOVING = ("generations", "0008_list_indexes")
OWN = {"generations", "images", "projects", "webhooks"}
LATEST = [("generations", "0010_operators_indexes"), ("projects", "0008_api_key_to_replace")]


def indexes_of(table: str, of=connection) -> set[str]:
    with of.cursor() as cursor:
        return {name for name, it in of.introspection.get_constraints(cursor, table).items() if it["index"]}


@pytest.mark.parametrize("migration", LATEST)
def test_what_is_there_already_is_made_again(transactional_db, migration):
    before = [indexes_of("generations_generation"), indexes_of("projects_apikey")]
    MigrationRecorder(connection).record_unapplied(*migration)
    call_command("migrate", migration[0], verbosity=0)
    assert [indexes_of("generations_generation"), indexes_of("projects_apikey")] == before
    assert migration in MigrationRecorder(connection).applied_migrations()


def test_a_migration_that_is_no_transaction_has_only_steps_that_can_be_made_again():
    """It may be interrupted between any two, and begins with the first one when it is called again."""
    loader = MigrationLoader(None)
    own = {name: it for name, it in loader.disk_migrations.items() if name[0] in OWN and not it.atomic}
    steps = {(name, type(step).__name__): step for name, it in own.items() for step in it.operations}
    assert own
    assert [name for name, step in steps.items() if not isinstance(step, BesideWrites | RunPython)] == []


def test_what_postgresql_left_half_made_is_made_anew(transactional_db):
    """What CREATE INDEX CONCURRENTLY leaves where it is interrupted serves no query, and costs every write."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'api_key_to_replace'::regclass")
        MigrationRecorder(connection).record_unapplied(*LATEST[1])
        call_command("migrate", "projects", verbosity=0)
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'api_key_to_replace'::regclass")
        assert cursor.fetchone() == (True,)


@pytest.fixture
def laptop(transactional_db):
    """An empty SQLite. Its schema editor begins a transaction by the alias, so on the test's own database as well."""
    found = ConnectionHandler({"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})["default"]
    yield found
    found.close()


def test_it_is_the_same_on_sqlite(laptop):
    MigrationExecutor(laptop).migrate([LATEST[1]])
    before = indexes_of("projects_apikey", laptop)
    MigrationRecorder(laptop).record_unapplied(*LATEST[1])
    MigrationExecutor(laptop).migrate([LATEST[1]])
    assert indexes_of("projects_apikey", laptop) == before


def test_and_an_index_that_is_gone_is_removed_again(laptop):
    MigrationExecutor(laptop).migrate([REMOVING])
    MigrationRecorder(laptop).record_unapplied(*REMOVING)
    MigrationExecutor(laptop).migrate([REMOVING])
    assert {"generation_of_project", "generation_list"} & indexes_of("generations_generation", laptop) == {
        "generation_of_project"
    }
