"""DATABASE_URL as Django wants it: PostgreSQL, read by libpq's own rules, or SQLite."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from config.settings.environment import absolute_path, refusal

FORM = (
    "is postgres://USER:PASSWORD@HOST:5432/NAME?sslmode=verify-full&…, user and password percent-encoded, or "
    "sqlite:///FILE"
)
# What says otherwise in DATABASE_URL counts instead. A server that vanished without a word is missed by a connection in
# use after 15 seconds, and by one at rest after some 25; and no router forgets one for being silent.
KEEPALIVES = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
POSTGRES_OPTIONS = {"connect_timeout": 5, "tcp_user_timeout": 15_000, **KEEPALIVES}
FILES = ("sslrootcert", "sslcert", "sslkey", "sslcrl", "sslcrldir", "passfile")
NO_FILES = {"", "system"}
CERTIFICATES = ("sslrootcert", "sslcert", "sslkey")
INTEGERS = {
    "connect_timeout",
    "tcp_user_timeout",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
}
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}


def database(url: str, *, default: Path, within: Path) -> dict[str, Any]:
    """An entry of DATABASES; empty is SQLite in the file ``default``, and relative files lie in ``within``."""
    scheme, _, rest = url.partition("://")
    if not url:
        return sqlite(default)
    if scheme == "sqlite":
        if not rest.startswith("/") or len(rest) == 1 or set("?#") & set(rest):
            raise refusal("DATABASE_URL", FORM)
        return sqlite(absolute_path(unquote(rest[1:]), within=within))
    if scheme in {"postgres", "postgresql"}:
        return postgres(url, within=within)
    raise refusal("DATABASE_URL", FORM)


def sqlite(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "CONN_MAX_AGE": None,
        "OPTIONS": dict(SQLITE_OPTIONS),
    }


def postgres(url: str, *, within: Path) -> dict[str, Any]:
    """Every parameter of the query is libpq's, and stands before ours of the same name.

    https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
    """
    said = parsed(url)
    for name in FILES:
        if said.get(name, "") not in NO_FILES:
            said[name] = str(absolute_path(said[name], within=within))
    refuse_nonsense(said)
    fields = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {
        "ENGINE": "config.postgresql",
        **{field: said.pop(name, "") for field, name in fields.items()},
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # A pooler in transaction mode ends them with each statement.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {**POSTGRES_OPTIONS, **said},
    }


def parsed(url: str) -> dict[str, str]:
    """What libpq understands; its complaints may repeat a password, so they are told in our words."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        found: Mapping[str, Any] = conninfo_to_dict(url)
    except ProgrammingError as error:
        unknown = re.search(r'invalid URI query parameter: "(\w+)"', str(error))
        what = f"has {unknown[1]!r} in its query, which libpq does not know: it " if unknown else ""
        raise refusal("DATABASE_URL", what + FORM) from None
    return {name: str(value) for name, value in found.items()}


def refuse_nonsense(said: Mapping[str, str]) -> None:
    """What libpq would refuse at each connection, and psycopg with a traceback, is refused once, now."""
    host, port, name = (said.get(field, "") for field in ("host", "port", "dbname"))
    if "@" in host + name or not re.fullmatch(r"[0-9,]*", port) or not (name or said.get("service")):
        raise refusal("DATABASE_URL", FORM)
    for number in sorted(INTEGERS & said.keys()):
        if not re.fullmatch(r"-?[0-9]{1,9}", said[number]):
            raise refusal("DATABASE_URL", f"has {number!r} in its query, which is a whole number: it {FORM}")
    for file in CERTIFICATES:
        if said.get(file, "") not in NO_FILES and not Path(said[file]).is_file():
            raise refusal("DATABASE_URL", f"names a file by {file!r} that is not there: {said[file]}. It {FORM}")
    if complaint := complaint_of_libpq(said):
        raise refusal("DATABASE_URL", f"asks libpq for what it refuses ({complaint}): it {FORM}")


def complaint_of_libpq(said: Mapping[str, str]) -> str:
    """libpq looks at all parameters before it connects, here to a socket that cannot be; no server is asked."""
    from psycopg.conninfo import make_conninfo
    from psycopg.pq import PGconn

    public = {name: value for name, value in said.items() if name not in {"password", "sslpassword", "service"}}
    nowhere = ",".join("/nonexistent" for _ in said.get("host", "").split(","))
    answer = PGconn.connect(make_conninfo(**{**public, "host": nowhere, "hostaddr": ""}).encode()).error_message
    complaint = answer.decode(errors="replace").strip()
    return "" if complaint.startswith("connection to server on socket") else complaint
