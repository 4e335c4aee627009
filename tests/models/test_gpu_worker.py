"""A worker as .env.example starts it for a GPU: a real process, with real weights on a CPU."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models.functions import Now

pytest.importorskip("torch", reason="needs torch: make test-diffusers")
pytest.importorskip("diffusers", reason="needs diffusers: make test-diffusers")

from generations.models import Generation, Status
from tests.factories import GenerationFactory
from tests.live.worker import Worker, wait_until

pytestmark = [
    pytest.mark.models,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

ROOT = Path(__file__).resolve().parents[2]
IMPORTED_WITHIN_S = 180


@pytest.fixture
def worker(weights, tmp_path, database_url, redis_url):
    """Run it until the test ends."""
    (options,) = re.findall(r"celery -A config worker (--queues gpu .*)", (ROOT / ".env.example").read_text())
    place = {"DATABASE_URL": database_url, "BROKER_URL": redis_url, "DATA_DIR": str(tmp_path)}
    model = {"DJANGO_SETTINGS_MODULE": "tests.models.settings", "TEST_WEIGHTS": str(weights)}
    worker = Worker(tmp_path, name="gpu", options=options, **place, **model).start()
    yield worker
    worker.kill()


def has_torch(pid):
    return "libtorch" in Path(f"/proc/{pid}/maps").read_text()


def test_it_loads_the_weights_at_its_first_job_once_and_in_the_one_process_that_paints(worker):
    wait_until(lambda: "ready." in worker.log)
    (painter,) = worker.children
    assert not has_torch(painter)
    for _ in range(2):
        generation = GenerationFactory(ring_at=Now() - timedelta(seconds=1))
        wait_until(lambda row=generation: Generation.objects.get(pk=row.pk).status == Status.SUCCESS, IMPORTED_WITHIN_S)
    assert worker.children == [painter]
    assert has_torch(painter)
    assert not has_torch(worker.pid)
    assert worker.log.count('"model_loaded"') == 1
    assert worker.stop() == 0
