"""Workers of two kinds beside each other: each takes its own jobs, on Redis and on RabbitMQ."""

from datetime import timedelta

import pytest
from celery import current_app
from django.db.models.functions import Now

from generations.models import Generation, Status
from tests.factories import GenerationFactory
from tests.live.worker import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gpu_queue(broker_url, queue):
    yield f"{queue}-gpu"
    with current_app.connection_for_write(broker_url) as connection:
        connection.default_channel.queue_delete(f"{queue}-gpu")


def job(image_provider=""):
    return GenerationFactory(project__image_provider=image_provider, ring_at=Now() - timedelta(seconds=1))


def provider_of(generation):
    return Generation.objects.values_list("status", "provider").get(pk=generation.pk)


def test_each_worker_takes_the_jobs_of_its_queue(worker, gpu_queue):
    usual, special = job(), job("local")
    common = worker(TEST_GPU_QUEUE=gpu_queue)
    wait_until(lambda: provider_of(usual) == (Status.SUCCESS, "prompted"))
    assert provider_of(special) == (Status.PENDING, "")

    gpu = worker(TEST_GPU_QUEUE=gpu_queue, options=f"--queues {gpu_queue} --pool threads --concurrency 1")
    wait_until(lambda: provider_of(special) == (Status.SUCCESS, "on-gpu"))
    assert common.stop() == 0
    later, not_mine = job("local"), job()
    wait_until(lambda: provider_of(later) == (Status.SUCCESS, "on-gpu"))
    assert provider_of(not_mine) == (Status.PENDING, "")
    assert gpu.stop() == 0
