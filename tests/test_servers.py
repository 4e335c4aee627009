"""The servers are real, each test run has its own, and they go when it goes."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
from botocore.exceptions import ClientError
from django.conf import settings
from django.db import connection

from tests.servers.blackhole import BlackHole
from tests.servers.postgres import RevivingPostgres
from tests.servers.process import Server, ServerNotStarted, accepts_connections
from tests.servers.redis import RedisServer, empty, own_database
from tests.servers.s3 import Bucket, S3Server


class BrokenServer(Server):
    """Says why it cannot start, and ends."""

    def prepare(self, folder: Path) -> list[str]:
        self.folder = folder
        return ["sh", "-c", "echo no more paper; exit 3"]

    def is_ready(self) -> bool:
        return False


@pytest.mark.django_db
def test_django_works_on_a_test_database_of_real_postgresql():
    named = urlsplit(os.environ["TEST_DATABASE_URL"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), inet_server_port()")
        database, port = cursor.fetchone()
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    assert connection.vendor == "postgresql"
    assert port == named.port
    assert database == f"test_{named.path[1:]}" + (f"_{worker}" if worker else "")


def test_a_process_that_a_test_starts_reaches_the_same_database(database_url):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE seen_from_outside AS SELECT 42 AS answer")
    with psycopg.connect(database_url) as outside:
        assert outside.execute("SELECT answer FROM seen_from_outside").fetchone() == (42,)
        outside.execute("DROP TABLE seen_from_outside")


def test_the_settings_name_this_workers_own_redis_database(redis_url):
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    named = urlsplit(os.environ["TEST_REDIS_URL"])
    assert redis_url == settings.REDIS_URL == settings.CELERY_BROKER_URL == f"redis://{named.netloc}/{8 + worker}"
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0


def test_emptying_a_workers_redis_leaves_every_other_database_alone(spare_redis):
    for number in range(16):
        with redis.Redis.from_url(spare_redis.url(number)) as client:
            client.set("kept", number)

    empty(own_database(spare_redis.url(), worker=1))

    with redis.Redis.from_url(spare_redis.url()) as client:
        assert set(client.info("keyspace")) == {f"db{number}" for number in range(16)} - {"db9"}


@pytest.mark.parametrize("end", [RedisServer.stop, RedisServer.kill])
def test_a_spare_redis_ends_and_comes_back_empty_at_the_same_address(spare_redis, end):
    with redis.Redis.from_url(spare_redis.url()) as client:
        client.set("a", "b")
        end(spare_redis)
        with pytest.raises(redis.ConnectionError):
            client.get("a")
        spare_redis.start()
        assert client.get("a") is None


def test_a_postgresql_that_crashes_comes_back_with_all_that_was_committed():
    with RevivingPostgres() as server:
        with psycopg.connect(server.url("postgres")) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        with psycopg.connect(server.url("postgres")) as cut:
            server.crash()
            with pytest.raises(psycopg.OperationalError):
                cut.execute("SELECT 1")
        with psycopg.connect(server.url("postgres")) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_server_that_does_not_start_says_why_and_leaves_nothing():
    server = BrokenServer()
    with pytest.raises(ServerNotStarted, match="BrokenServer did not start:\nno more paper"):
        server.start()
    assert not server.folder.exists()


def test_a_server_goes_when_its_test_run_is_killed(tmp_path):
    owner = subprocess.Popen(
        [sys.executable, "-c", "from tests.servers.redis import *; print(RedisServer().start().port); input()"],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with owner:
        port = int(owner.stdout.readline())
        assert accepts_connections(port)
        assert len(list(tmp_path.iterdir())) == 1
        owner.send_signal(signal.SIGKILL)

    deadline = time.monotonic() + 10
    while any(tmp_path.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert list(tmp_path.iterdir()) == []
    assert not accepts_connections(port)


def test_s3_keeps_what_it_is_given(s3_bucket: Bucket):
    client = s3_bucket.server.client
    client.put_object(Bucket=s3_bucket.name, Key="a/b.png", Body=b"pixels", ContentType="image/png")
    found = client.get_object(Bucket=s3_bucket.name, Key="a/b.png")
    assert (found["Body"].read(), found["ContentType"]) == (b"pixels", "image/png")


def test_s3_refuses_a_wrong_signature(s3_server: S3Server, s3_bucket: Bucket):
    thief = S3Server()
    thief.port, thief.access_key = s3_server.port, s3_server.access_key
    with pytest.raises(ClientError) as refusal:
        thief.client.list_objects_v2(Bucket=s3_bucket.name)
    assert refusal.value.response["Error"]["Code"] == "SignatureDoesNotMatch"


def test_each_bucket_is_another_and_empty(s3_server: S3Server, s3_bucket: Bucket):
    s3_server.client.put_object(Bucket=s3_bucket.name, Key="a", Body=b"")
    other = s3_server.create_bucket()
    assert [item["Key"] for item in s3_server.client.list_objects_v2(Bucket=s3_bucket.name)["Contents"]] == ["a"]
    assert "Contents" not in s3_server.client.list_objects_v2(Bucket=other.name)


def test_rabbitmq_shakes_hands(amqp_url):
    address = urlsplit(amqp_url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as client:
        client.sendall(b"AMQP\x00\x00\x09\x01")
        method_frame_on_channel_0 = b"\x01\x00\x00"
        assert client.recv(3) == method_frame_on_channel_0


def test_the_black_hole_takes_everything_and_never_answers(tcp_blackhole: BlackHole):
    with socket.create_connection((tcp_blackhole.host, tcp_blackhole.port), timeout=0.2) as client:
        client.sendall(b"PING\r\n")
        with pytest.raises(TimeoutError):
            client.recv(1)
