"""A migration that was interrupted between two indexes, or before it was noted, is made by the next ``migrate``."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import ConnectionHandler

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


def test_what_postgresql_left_half_made_is_made_anew(transactional_db):
    """What CREATE INDEX CONCURRENTLY leaves where it is interrupted serves no query, and costs every write."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'api_key_to_replace'::regclass")
        MigrationRecorder(connection).record_unapplied(*LATEST[1])
        call_command("migrate", "projects", verbosity=0)
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'api_key_to_replace'::regclass")
        assert cursor.fetchone() == (True,)


def test_it_is_the_same_on_sqlite(transactional_db, django_db_blocker):
    # Its schema editor begins a transaction by the alias, so on this test's own database.
    laptop = ConnectionHandler({"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})["default"]
    with django_db_blocker.unblock():
        MigrationExecutor(laptop).migrate([LATEST[1]])
        before = indexes_of("projects_apikey", laptop)
        MigrationRecorder(laptop).record_unapplied(*LATEST[1])
        MigrationExecutor(laptop).migrate([LATEST[1]])
        assert indexes_of("projects_apikey", laptop) == before
        laptop.close()
