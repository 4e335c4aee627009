from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from celery import current_app

from tests.live.worker import PREFORK, Worker


@pytest.fixture(params=["redis", "rabbitmq"])
def broker_url(request: pytest.FixtureRequest) -> str:
    """Each broker that the product runs on."""
    url: str = request.getfixturevalue("redis_url" if request.param == "redis" else "amqp_url")
    return url


@pytest.fixture
def queue(broker_url: str) -> Iterator[str]:
    """A queue of the test's own, gone with it."""
    name = f"test-{uuid4()}"
    yield name
    with current_app.connection_for_write(broker_url) as connection:
        connection.default_channel.queue_delete(name)


@pytest.fixture
def media(tmp_path: Path) -> Path:
    return tmp_path / "data" / "media"


@pytest.fixture
def worker(database_url: str, broker_url: str, queue: str, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Start workers on the test's database, broker and media folder; they end with the test, whatever happens."""
    workers: list[Worker] = []

    def start(*, options: str = PREFORK, **environment: str) -> Worker:
        place = {"DATABASE_URL": database_url, "BROKER_URL": broker_url, "DATA_DIR": str(tmp_path / "data")}
        name = f"worker{len(workers)}-{queue}"
        workers.append(Worker(tmp_path, name=name, options=options, TEST_QUEUE=queue, **place, **environment))
        return workers[-1].start()

    yield start
    for started in workers:
        started.kill()
