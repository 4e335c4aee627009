"""What counts as a database that is no help now, on a real PostgreSQL: whatever it says, Django's OperationalError."""

import time
from contextlib import contextmanager

import pytest
from django.db import DataError, IntegrityError, InternalError, OperationalError, ProgrammingError, connections

NO_HELP = "08006 25006 25P03 40001 40P01 42501 53100 53200 53300 55P03 57P01 57P03 57P05 58030 XX000 XX001"


@pytest.fixture
def line(db):
    """A connection of the test's own, outside of any transaction."""
    line = connections.create_connection("default")
    yield line
    line.close()


def execute(line, *statements):
    with line.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def transaction_on(line):
    line.set_autocommit(False)
    yield
    line.close()


def raising(code):
    return f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$"


@pytest.mark.parametrize("code", NO_HELP.split())
def test_a_server_that_is_no_help(line, code):
    with pytest.raises(OperationalError):
        execute(line, raising(code))


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("SELECT nothing", ProgrammingError),
        ("SELECT 1 FROM nowhere", ProgrammingError),
        ("SELECT 1 / 0", DataError),
        (raising("23505"), IntegrityError),
        (raising("25P02"), InternalError),
    ],
)
def test_a_statement_that_is_wrong_is_still_a_bug(line, statement, error):
    with pytest.raises(error) as caught:
        execute(line, statement)
    assert not isinstance(caught.value, OperationalError)


@pytest.mark.parametrize("limit", ["statement_timeout", "transaction_timeout", "idle_in_transaction_session_timeout"])
def test_an_operators_limits_are_no_bugs_of_ours(line, limit):
    line.connect()
    with transaction_on(line):
        execute(line, f"SET {limit} = '20ms'")
        time.sleep(0.1)
        with pytest.raises(OperationalError):
            execute(line, "SELECT pg_sleep(0.2)")
    execute(line, "SELECT 1")


def test_a_lock_that_is_not_to_be_had_in_time(line):
    execute(line, "SET lock_timeout = '20ms'")
    other = connections.create_connection("default")
    other.connect()
    with transaction_on(other):
        execute(other, "LOCK TABLE generations_generation IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(OperationalError):
            execute(line, "SELECT FROM generations_generation")


def test_a_connection_on_which_nothing_can_be_written_is_given_up(line):
    execute(line, "SET default_transaction_read_only = on")
    with pytest.raises(OperationalError):
        execute(line, "DELETE FROM generations_generation")
    line.close_if_unusable_or_obsolete()
    assert line.connection is None
    execute(line, "DELETE FROM generations_generation WHERE id IS NULL")


def test_one_that_idled_for_too_long_is_not_even_noticed(line):
    execute(line, "SET idle_session_timeout = '20ms'")
    time.sleep(0.1)
    line.close_if_unusable_or_obsolete()
    execute(line, "SELECT 1")


def test_one_that_can_be_written_to_is_kept_after_an_error(line):
    execute(line, "SELECT 1")
    before = line.connection
    with pytest.raises(ProgrammingError):
        execute(line, "SELECT nothing")
    line.close_if_unusable_or_obsolete()
    execute(line, "SELECT 1")
    assert line.connection is before
