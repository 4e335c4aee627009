"""Whether this program and the database are of one release, by the migrations that each of them knows.

What is refused is a start. With a rolling deploy the newer release migrates first, while programs of the one before are
running: these go on, and so does /readyz of theirs, or the deploy would be an outage; migrations leave them what they
need. But a program that *starts* on a newer database is a machine that was forgotten, a wrong tag or a way back that
nobody has thought through: its doctor would mend what it does not know, and its workers would fail what they misread.
Who has thought it through sets ACCEPT_NEWER_DATABASE.

A newer program on an older database is no danger to the rows, and may be one that waits for its migrations to be made:
it starts, says so, and is not ready until they are. A command waits for nothing, and says so instead of a traceback.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.loader import MigrationLoader

log = structlog.get_logger(__name__)
SHOWN = 3


class NewerDatabase(ImproperlyConfigured):
    """A newer release has migrated it; one sentence says so, and what to do."""


class OlderDatabase(ImproperlyConfigured):
    """It lacks migrations of this release, or all tables; one sentence says so, and what to do."""


@dataclass(frozen=True, slots=True)
class Differences:
    """Migrations, ``app.name``: ``unknown`` ones are in the database only, ``missing`` ones in this program only."""

    unknown: tuple[str, ...]
    missing: tuple[str, ...]


def compare() -> Differences:
    """Ask the database, in two queries. Apps that are not installed have left theirs behind, and say nothing."""
    loader = MigrationLoader(connection)
    known = set(loader.disk_migrations or ())
    known |= {replaced for migration in (loader.disk_migrations or {}).values() for replaced in migration.replaces}
    apps, applied = {app for app, _ in known}, set(loader.applied_migrations or ())
    return Differences(
        unknown=named(key for key in applied - known if key[0] in apps),
        missing=named(set(loader.graph.nodes) - applied),
    )


def named(keys: Any) -> tuple[str, ...]:
    return tuple(sorted(".".join(key) for key in keys))


def problem_of(differences: Differences) -> str | None:
    """Why this program does not start on that database; None where it does."""
    if not differences.unknown or settings.ACCEPT_NEWER_DATABASE:
        return None
    return (
        "The database belongs to a newer release of Easel, which has migrated it "
        f"({some_of(differences.unknown)}). Start that release, or "
        "restore the backup from before it, or set ACCEPT_NEWER_DATABASE=true where this one is known to work with it."
    )


def some_of(migrations: Sequence[str]) -> str:
    return ", ".join(migrations[:SHOWN]) + (" and more" if migrations[SHOWN:] else "")


def refuse_other_release() -> None:
    """Raise NewerDatabase or OlderDatabase where it is not this release's, or Django's OperationalError."""
    differences = compare()
    if problem := problem_of(differences):
        raise NewerDatabase(problem)
    if differences.missing:
        raise OlderDatabase(
            f"The tables are not of this release yet ({some_of(differences.missing)} not made). Run manage.py migrate."
        )


def refuse_newer_database() -> None:
    """Raise NewerDatabase where a newer release has migrated it, or Django's OperationalError where it is away."""
    if problem := problem_of(compare()):
        raise NewerDatabase(problem)


@register(Tags.database)
def check_database(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """``manage.py migrate`` runs this first, and so does ``manage.py check --database default``."""
    problem = problem_of(compare()) if DEFAULT_DB_ALIAS in (databases or ()) else None
    return [Error(problem, id="projects.E001")] if problem else []
