"""The one place that says when PostgreSQL is no help now: whatever that looks like, it is an OperationalError here.

Everything above answers an OperationalError or an InterfaceError with 503, with another try, or with its work left to
others (decision 16), and everything else as a bug. psycopg sorts errors by the class of their SQLSTATE, so that "this
server takes no writes at the moment" is an InternalError beside real bugs.
"""

from types import TracebackType
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.utils import DatabaseErrorWrapper, OperationalError
from django.utils.functional import cached_property

READ_ONLY = "25006"
# https://www.postgresql.org/docs/current/errcodes-appendix.html
NO_HELP_NOW = {
    READ_ONLY,  # a replica, a failover, or an operator who has stopped all writes
    "25P03",  # idle_in_transaction_session_timeout
    "25P04",  # transaction_timeout
    "42501",  # rights taken away: how some hosts stop the writes of who has used up their disk
}
# Errors within the server, and what several poolers say when they have no server.
NO_HELP_CLASSES = ("XX",)


def is_no_help(error: BaseException | None, connection: Any) -> bool:
    """Whether the database, rather than a statement of ours, is at fault: by SQLSTATE, or by a connection that is gone.

    What psycopg calls an OperationalError needs no word here.
    """
    if not isinstance(error, psycopg.Error):
        return False
    code = error.sqlstate or ""
    return code in NO_HELP_NOW or code.startswith(NO_HELP_CLASSES) or bool(connection and connection.broken)


class ErrorWrapper(DatabaseErrorWrapper):
    """Gives psycopg's errors Django's names."""

    wrapper: "DatabaseWrapper"

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if exc_value is not None and is_no_help(exc_value, self.wrapper.connection):
            self.wrapper.errors_occurred = True
            raise OperationalError(*exc_value.args).with_traceback(traceback) from exc_value
        super().__exit__(exc_type, exc_value, traceback)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that is given up where it can only read: the next one may lead to another server."""

    @cached_property
    def wrap_database_errors(self) -> DatabaseErrorWrapper:
        return ErrorWrapper(self)

    def is_usable(self) -> bool:
        """Asked before the first query of each request, and after errors; one round trip, as in Django's own.

        SHOW, which is what libpq itself asks for ``target_session_attrs=read-write``: poolers that send each SELECT to
        a replica know it.
        """
        if self.connection is None:
            return False
        try:
            with self.connection.cursor() as cursor:
                answer = cursor.execute("SHOW transaction_read_only").fetchone()
        except psycopg.Error:
            return False
        return bool(answer == ("off",))
