"""A failover to a moment in which PostgreSQL takes no writes."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg.sql import SQL, Identifier

CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> ALL(%s) AND pid <> pg_backend_pid()"
)


class ReadOnlyMoment:
    """What is connected to the database in it stays read-only for as long as it lives, whatever becomes of the server.

    ``administrator`` is a connection from before, in autocommit.
    """

    def __init__(self, administrator: psycopg.Connection) -> None:
        self._administrator = administrator
        self._name = Identifier(administrator.info.dbname)

    def begin(self, *, spare: Iterable[int] = ()) -> None:
        """Refuse writes from now on, and cut all connections but our own and the processes ``spare``."""
        self._administrator.execute(SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(self._name))
        self._administrator.execute(CUT, [list(spare)])

    def end(self) -> None:
        self._administrator.execute(SQL("ALTER DATABASE {} RESET default_transaction_read_only").format(self._name))


@contextmanager
def read_only_moment(administrator: psycopg.Connection, *, spare: Iterable[int] = ()) -> Iterator[ReadOnlyMoment]:
    """It ends with the block at the latest."""
    moment = ReadOnlyMoment(administrator)
    try:
        moment.begin(spare=spare)
        yield moment
    finally:
        moment.end()
