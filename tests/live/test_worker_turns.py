"""Two projects and a real worker, on Redis and on RabbitMQ: a bulk job holds up nobody, and a limit is kept."""

import pytest
from django.db.models import Count, Q
from django.db.models.functions import Now

from generations.models import Generation, Status
from tests.factories import GenerationFactory, ProjectFactory
from tests.live.worker import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def test_ones_bulk_job_does_not_hold_up_anothers_single_one(worker):
    bulk = ProjectFactory()
    GenerationFactory.create_batch(40, project=bulk, original_prompt="slow:0.2", ring_at=Now())
    worker()
    wait_until(lambda: bulk.generations.filter(status=Status.SUCCESS).count() >= 2)
    single = GenerationFactory(ring_at=Now())
    wait_until(lambda: Generation.objects.get(pk=single.pk).status == Status.SUCCESS)
    # Not by luck: much of what was there before still waits.
    assert bulk.generations.filter(status=Status.PENDING).count() > 10


def test_a_limit_is_kept_by_many_and_all_is_done(worker):
    limited, free = ProjectFactory(max_concurrent=1), ProjectFactory()
    for project in (limited, free):
        GenerationFactory.create_batch(10, project=project, original_prompt="slow:0.1", ring_at=Now())
    most = []
    running = Count("generations", filter=Q(generations__status=Status.PROCESSING))

    def watch():
        most.append(type(limited).objects.annotate(running=running).get(pk=limited.pk).running)
        return not Generation.objects.exclude(status=Status.SUCCESS).exists()

    worker(options="--pool threads --concurrency 4")
    wait_until(watch)
    assert max(most) == 1
    assert Generation.objects.filter(attempt__gt=1).count() == 0
