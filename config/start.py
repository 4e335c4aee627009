"""What a start looks at before anybody is served: is the database of this release?"""

import structlog

from config.monitoring.health import Probe, finish, is_up, look_at_schema
from projects.release import NewerDatabase, problem_of

log = structlog.get_logger(__name__)


def problem_of_start() -> str | None:
    """Why this process must not serve: a newer release has migrated the database. One that is away is waited for later.

    An older database is said, and keeps /readyz from being ready.
    """
    look = Probe(look_at_schema).start()
    finish([look])
    if not is_up(look):
        return None
    missing = look.result().missing
    if missing:
        log.warning("database_not_migrated", missing=list(missing[:10]), hint="Run manage.py migrate.")
    return problem_of(look.result())


def refuse_newer_database() -> None:
    """Raise NewerDatabase with that problem."""
    if problem := problem_of_start():
        raise NewerDatabase(problem)
