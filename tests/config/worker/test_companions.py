"""A worker's main process beside its jobs: who watches it, and how it ends. Real processes, real brokers."""

import secrets
import signal
import time

import pytest
import redis

from generations.models import Generation, Status
from tests.factories import GenerationFactory
from tests.production.files import FILLED_IN, command_of
from tests.production.processes import Process
from tests.servers.tls import TlsDoor, write_certificate

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["redis", "amqp"])
def broker_url(request):
    return request.getfixturevalue("redis_url" if request.param == "redis" else "amqp_url")


@pytest.fixture
def start(database_url, tmp_path):
    """Start a worker by the compose file's command and return it once it is ready."""
    workers = []

    def start(broker_url: str, *include: str, concurrency: int = 1, **extra: str) -> Process:
        command = command_of("worker", FILLED_IN)
        command[command.index("--concurrency") + 1] = str(concurrency)
        queues = command.index("--queues")
        queue = command[queues + 1] = f"test-{secrets.token_hex(6)}"
        environment = {
            "DJANGO_SETTINGS_MODULE": "tests.config.worker.worker_settings",
            "DATABASE_URL": database_url,
            "BROKER_URL": broker_url,
            "DATA_DIR": str(tmp_path),
            "TMPDIR": str(tmp_path),
            "LOG_JSON": "true",
            "QUEUE": queue,
            "RELAY_INTERVAL_S": "0.2",
            "LEASE_S": "2",
            "HEARTBEAT_S": "0.5",
            **extra,
        }
        worker = Process([*command, *(f"--include={module}" for module in include)], environment)
        workers.append(worker)
        worker.wait_for("ready.")
        return worker

    yield start
    for worker in workers:
        worker.__exit__(None, None, None)


def job(seconds: float):
    return GenerationFactory(original_prompt=f"slow:{seconds}")


def reach(generation: Generation, status: str, *, timeout_s: float = 20) -> None:
    """Wait until the row has this status."""
    deadline = time.monotonic() + timeout_s
    while generation.status != status:
        assert time.monotonic() < deadline, f"still {generation.status}: {generation.error_message}"
        time.sleep(0.05)
        generation.refresh_from_db()


def test_a_worker_at_rest_executes_its_no_ops_and_is_left_alone(start, broker_url, tmp_path):
    alive = tmp_path / "alive"
    worker = start(broker_url, WATCHDOG_S="1", WORKER_ALIVE_FILE=str(alive))
    time.sleep(3.5)
    assert worker.runs()
    assert time.time() - alive.stat().st_mtime < 1
    reach(job(0), Status.SUCCESS)


def test_a_worker_speaks_to_the_broker_of_the_settings_and_verifies_it(start, spare_redis, tmp_path):
    """Celery's own command line takes BROKER_URL as it is, and knows neither this scheme nor this query."""
    certificate = write_certificate(tmp_path / "ca.pem", name="127.0.0.1")
    with TlsDoor(certificate, spare_redis.port) as door:
        worker = start(f"valkeys://127.0.0.1:{door.port}/0?ssl_ca_certs={certificate}", REDIS_URL="")
        assert door.shaken > 0
        reach(job(0), Status.SUCCESS)
        assert not [line for line in worker.lines + worker.errors if "insecure" in line]


def test_a_worker_with_no_room_is_left_alone(start, broker_url):
    worker = start(broker_url, WATCHDOG_S="1")
    busy = job(3.5)
    reach(busy, Status.PROCESSING)
    reach(busy, Status.SUCCESS)
    assert busy.attempt == 1
    assert worker.runs()


def test_a_deaf_worker_ends_itself_so_that_another_takes_its_place(start, broker_url):
    worker = start(broker_url, "tests.config.worker.deaf", WATCHDOG_S="1.5")
    assert worker.end(timeout_s=15) == 1
    assert [line["event"] for line in worker.events()][-2:] == ["worker_deaf", "worker_ended"]


def test_asked_to_end_a_worker_finishes_its_job_first_however_impatient_its_watchdog(start, broker_url):
    """It has room for a no-op and takes none any more."""
    worker = start(broker_url, concurrency=2, WATCHDOG_S="1")
    running = job(3)
    reach(running, Status.PROCESSING)
    worker.send(signal.SIGTERM)
    assert worker.end() == 0
    running.refresh_from_db()
    assert (running.status, running.attempt) == (Status.SUCCESS, 1)
    assert "worker_ending" in [line["event"] for line in worker.events()]


def test_a_job_that_outlasts_the_grace_is_given_back_without_a_death(start, broker_url):
    worker = start(broker_url, WORKER_GRACE_S="0.5")
    running = job(3)
    reach(running, Status.PROCESSING)
    asked = time.monotonic()
    worker.send(signal.SIGTERM)
    assert worker.end() == 1
    assert time.monotonic() - asked < 4.5
    running.refresh_from_db()
    assert (running.status, running.lease_until) == (Status.PENDING, None)

    start(broker_url)
    reach(running, Status.SUCCESS)
    assert (running.attempt, running.deaths) == (2, 0)


def test_a_worker_consumes_again_after_its_broker_came_back(start, spare_redis):
    """Celery tries again after 2 seconds, so its watchdog has to be a little more patient than that."""
    worker = start(spare_redis.url(), WATCHDOG_S="5")
    reach(job(0), Status.SUCCESS)
    spare_redis.kill()
    worker.wait_for("watchdog_broker_silent")
    spare_redis.start()
    came_back = time.monotonic()
    reach(job(0), Status.SUCCESS, timeout_s=30)
    time.sleep(max(0, 6 - (time.monotonic() - came_back)))
    assert worker.runs(), "it executes its no-ops as well"


def test_a_worker_outlives_a_broker_that_lives_and_takes_nothing(start, spare_redis):
    worker = start(spare_redis.url(), WATCHDOG_S="3")
    held = job(2)
    reach(held, Status.PROCESSING)
    for kind in ("a replica", "full"):
        already = sum(line["event"] == "watchdog_broker_silent" for line in worker.events())
        with spare_redis.no_help(kind):
            while sum(line["event"] == "watchdog_broker_silent" for line in worker.events()) == already:
                time.sleep(0.05)
        reach(job(0), Status.SUCCESS, timeout_s=30)
    reach(held, Status.SUCCESS)
    assert held.attempt == 1
    assert worker.runs()


def test_a_worker_that_could_not_acknowledge_opens_another_connection(start, spare_redis):
    """It asks for no more while it has all that it may have in hand: nothing but the ACK meets the dead broker."""
    worker = start(spare_redis.url(), WATCHDOG_S="60")
    jobs = [job(0.05) for _ in range(100)]
    reach(jobs[10], Status.SUCCESS)
    spare_redis.kill()
    time.sleep(0.5)
    spare_redis.start()
    for each in jobs:
        reach(each, Status.SUCCESS)
    assert worker.runs()


def test_a_worker_consumes_on_after_its_broker_forgot_everything(start, spare_redis):
    worker = start(spare_redis.url(), WATCHDOG_S="1")
    with redis.Redis.from_url(spare_redis.url()) as client:
        client.flushall()
    time.sleep(2.5)
    reach(job(0), Status.SUCCESS)
    assert worker.runs()
