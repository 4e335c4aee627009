"""The PostgreSQL and the Redis that the benchmark runs on, and a scratch database in it."""

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.servers.postgres import PostgresServer, make_durable
from tests.servers.redis import RedisServer, empty, own_database

REDIS_DATABASE = 7
"""Which of the databases that tests may use; those before it are pytest's workers'."""


@contextmanager
def environment() -> Iterator[dict[str, str]]:
    """Start what no TEST_… variable names; give the settings of Easel on it. All of it goes afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="easel-bench-")))
        postgres = os.environ.get("TEST_DATABASE_URL") or durable(stack.enter_context(PostgresServer())).url("postgres")
        redis_url = redis_of_our_own(stack)
        yield {
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "ENVIRONMENT": "laptop",
            "LOG_JSON": "true",
            "LOG_LEVEL": "INFO",
            "DATABASE_URL": stack.enter_context(scratch_database(postgres)),
            "REDIS_URL": redis_url,
            "BROKER_URL": redis_url,
            "STORAGE_URL": "",
            "DATA_DIR": str(folder),
            "BENCH_RECORDING": str(folder / "recording.pickle"),
        }


def durable(server: PostgresServer) -> PostgresServer:
    """Let a throwaway server keep its promises, as those in production do."""
    make_durable(server)
    return server


def redis_of_our_own(stack: ExitStack) -> str:
    if named := os.environ.get("TEST_REDIS_URL"):
        url = own_database(named, worker=REDIS_DATABASE)
        empty(url)
        stack.callback(empty, url)
        return url
    return stack.enter_context(RedisServer()).url()


@contextmanager
def scratch_database(url: str) -> Iterator[str]:
    """A database that nobody else uses, for the length of the block."""
    name = f"easel_bench_{secrets.token_hex(4)}"
    server, database = (urlsplit(url)._replace(path=f"/{path}").geturl() for path in ("postgres", name))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield database
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
