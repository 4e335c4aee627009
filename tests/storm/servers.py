"""The servers that a storm runs on, all of them its own but RabbitMQ, and how each of them is hurt."""

import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import uuid4

import redis
from kombu import Connection

from tests.projects.webhooks.receivers import Receiver, receiver
from tests.servers.postgres import RevivingPostgres
from tests.servers.process import HOST
from tests.servers.redis import RedisServer
from tests.servers.s3 import Bucket, S3Server
from tests.storm.proxy import Proxy

DOWN_S = 0.5


class Broker(ABC):
    """What carries the bells."""

    url: str
    queue: str

    @abstractmethod
    def empty(self) -> None:
        """Forget every message."""

    @abstractmethod
    def hurt(self) -> bool:
        """Whatever is worst; False where nothing has come of it."""

    @abstractmethod
    def close(self) -> None:
        """Leave nothing behind."""


class RedisBroker(Broker):
    """Dies, and comes back empty."""

    def __init__(self, server: RedisServer) -> None:
        self._server = server
        self.url, self.queue = server.url(1), "generations"

    def empty(self) -> None:
        with redis.Redis.from_url(self._server.url()) as client:
            client.flushall()

    def hurt(self) -> bool:
        self._server.kill()
        time.sleep(DOWN_S)
        self._server.start()
        return True

    def close(self) -> None:
        """The server goes as a whole."""


class RabbitBroker(Broker):
    """One that others use as well: a queue of our own, and a line to it that can be cut."""

    def __init__(self, url: str) -> None:
        self._real = url
        self._parts = parts = urlsplit(url)
        self._proxy = Proxy(parts.hostname or HOST, parts.port or 5672)
        user = f"{parts.username}:{parts.password}@" if parts.username else ""
        self.url = parts._replace(netloc=f"{user}{HOST}:{self._proxy.port}").geturl()
        self.queue = f"storm-{uuid4()}"

    def empty(self) -> None:
        with Connection(self._real) as connection:
            connection.default_channel.queue_purge(self.queue)

    def hurt(self) -> bool:
        return self._proxy.cut() > 0

    def close(self) -> None:
        self._proxy.close()
        with Connection(self._real) as connection:
            connection.default_channel.queue_delete(self.queue)


@dataclass(frozen=True)
class Servers:
    postgres: RevivingPostgres
    redis: RedisServer
    broker: Broker
    bucket: Bucket
    receiver: Receiver
    lock: threading.Lock
    """Held while a server is being hurt: one at a time."""

    @property
    def database_url(self) -> str:
        return self.postgres.url("postgres")

    @property
    def environment(self) -> dict[str, str]:
        """The settings of Easel on them."""
        return {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis.url(),
            "BROKER_URL": self.broker.url,
            "STORM_QUEUE": self.broker.queue,
            "STORAGE_URL": self.bucket.storage_url,
        }


@contextmanager
def servers(broker: str) -> Iterator[Servers]:
    with ExitStack() as stack:
        postgres = stack.enter_context(RevivingPostgres())
        redis_server = stack.enter_context(RedisServer())
        carries = RabbitBroker(os.environ["TEST_AMQP_URL"]) if broker == "rabbitmq" else RedisBroker(redis_server)
        stack.callback(carries.close)
        bucket = stack.enter_context(S3Server()).create_bucket()
        hooks = stack.enter_context(receiver())
        yield Servers(postgres, redis_server, carries, bucket, hooks, threading.Lock())
