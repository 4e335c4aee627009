"""The servers as fixtures; those of which a run may do without start with the first test that asks for them."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.servers import redis
from tests.servers.blackhole import BlackHole, black_hole
from tests.servers.redis import RedisServer
from tests.servers.s3 import Bucket, S3Server


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database, and in the end nobody else in it: PostgreSQL may not yet have missed a process we killed."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def database_url(transactional_db: None) -> str:
    """The test database as ``DATABASE_URL`` names it, for processes that a test starts; rows in it are committed."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


@pytest.fixture(scope="session", autouse=True)
def _own_redis_database() -> Iterator[None]:
    """Begin with nothing that an aborted run left, and leave nothing."""
    redis.empty(settings.REDIS_URL)
    yield
    redis.empty(settings.REDIS_URL)


@pytest.fixture
def redis_url() -> str:
    """This worker's own Redis database, which the settings name too, emptied."""
    redis.empty(settings.REDIS_URL)
    return str(settings.REDIS_URL)


@pytest.fixture
def spare_redis() -> Iterator[RedisServer]:
    """A Redis of the test's own, to stop, kill and start again."""
    with RedisServer() as server:
        yield server


@pytest.fixture(scope="session")
def amqp_url() -> str:
    """The RabbitMQ that TEST_AMQP_URL names; its queues are shared by all, so a test uses names of its own."""
    url = os.environ.get("TEST_AMQP_URL")
    return url or pytest.skip("TEST_AMQP_URL names no RabbitMQ")


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    with S3Server() as server:
        yield server


@pytest.fixture
def s3_bucket(s3_server: S3Server) -> Bucket:
    return s3_server.create_bucket()


@pytest.fixture
def tcp_blackhole() -> Iterator[BlackHole]:
    with black_hole() as hole:
        yield hole
