"""A real worker, hurt in every way that a night brings, on Redis and on RabbitMQ: every job ends, none twice."""

import os
import signal
import threading
import time
from datetime import timedelta

import pytest
from celery import current_app
from django.db.models.functions import Now
from kombu.messaging import Producer

from generations import services
from generations.images.models import Image, StorageIntent
from generations.models import Generation, Status
from tests.factories import GenerationFactory
from tests.live.worker import LEASE_S, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def waiting(prompt="a cat", **fields):
    return GenerationFactory(original_prompt=prompt, ring_at=Now() - timedelta(seconds=1), **fields)


def status(generation):
    return Generation.objects.values_list("status", flat=True).get(pk=generation.pk)


def ends(generation, as_status=Status.SUCCESS):
    wait_until(lambda: status(generation) in (Status.SUCCESS, Status.FAILED))
    generation.refresh_from_db()
    assert generation.status == as_status, generation.error_message


def is_processing(generation):
    return lambda: status(generation) == Status.PROCESSING


def assert_each_row_has_its_file(media):
    wait_until(lambda: not StorageIntent.objects.exists())
    keys = {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}
    assert keys == set(Image.objects.values_list("key", flat=True))
    assert Image.objects.count() == Generation.objects.filter(status=Status.SUCCESS).count()


def ring(broker_url, queue, generation):
    with current_app.connection_for_write(broker_url) as connection:
        message = ([str(generation.pk)], {}, {})
        headers = {"task": "generations.run", "id": str(generation.pk), "lang": "py", "argsrepr": "", "kwargsrepr": ""}
        Producer(connection).publish(message, routing_key=queue, serializer="json", headers=headers)


def test_a_job_that_nobody_rang_for_is_done(worker, media):
    generation = waiting()
    worker()
    ends(generation)
    assert_each_row_has_its_file(media)


def test_a_worker_killed_in_the_middle_is_replaced_within_its_lease(worker, media):
    generation = waiting("slow:2")
    first = worker()
    wait_until(is_processing(generation))
    first.kill()
    killed_at = time.monotonic()
    worker()
    wait_until(lambda: Generation.objects.get(pk=generation.pk).attempt == 2)
    # Its replacement starts meanwhile; from then on the lease is all that can be waited for.
    assert time.monotonic() - killed_at < LEASE_S + 15
    ends(generation)
    assert (generation.deaths, generation.retries, generation.retry_count) == (1, 0, 1)
    assert_each_row_has_its_file(media)


def test_a_child_killed_in_the_middle_is_replaced_by_its_worker(worker, media):
    generation = waiting("slow:3")
    running = worker()
    wait_until(is_processing(generation))
    for child in running.children:
        os.kill(child, signal.SIGKILL)
    ends(generation)
    assert (generation.deaths, generation.retry_count) == (1, 1)
    assert_each_row_has_its_file(media)


def test_a_job_longer_than_its_lease_is_kept_alive_by_its_heartbeat(worker, media):
    generation = waiting(f"slow:{LEASE_S + 2}")
    worker()
    ends(generation)
    assert (generation.attempt, generation.deaths) == (1, 0)


def test_the_same_message_many_times_is_one_picture(worker, media, broker_url, queue):
    generation = waiting("slow:0.2")
    worker()
    ends(waiting())
    for _ in range(5):
        ring(broker_url, queue, generation)
    ends(generation)
    assert generation.attempt == 1
    assert_each_row_has_its_file(media)


def test_an_emptied_queue_is_filled_again_by_a_relay(worker, media, broker_url, queue):
    generations = [waiting() for _ in range(5)]
    with current_app.connection_for_write(broker_url) as connection:
        connection.default_channel.queue_declare(queue, durable=True, auto_delete=False)
        for generation in generations:
            ring(broker_url, queue, generation)
        connection.default_channel.queue_purge(queue)
    worker()
    for generation in generations:
        ends(generation)
    assert_each_row_has_its_file(media)


def test_a_row_deleted_meanwhile_leaves_nothing(worker, media):
    generation = waiting("slow:1")
    worker()
    wait_until(is_processing(generation))
    services.delete_generation(generation.project, str(generation.pk))
    ends(waiting("slow:1.5"))
    assert not Generation.objects.filter(pk=generation.pk).exists()
    assert_each_row_has_its_file(media)


def test_a_storage_that_refuses_gets_its_picture_later(worker, media):
    media.parent.mkdir()
    media.write_text("no folder can be made here")
    generation = waiting()
    started = worker()
    wait_until(lambda: "storage_failed" in started.log)
    media.unlink()
    ends(generation)
    assert generation.retry_count == 0


def test_a_provider_that_answers_garbage_is_not_believed(worker, media):
    generation = waiting("garbage", retries=3)
    worker()
    ends(generation, Status.FAILED)
    assert generation.error_message == "The provider's answer is not an image."
    assert not media.exists() or not list(media.rglob("*.*"))


def test_a_provider_that_never_answers_is_ended_by_the_time_limit(worker, media):
    generation = waiting("hang", deaths=2)
    running = worker(TASK_TIME_LIMIT_S="2", JOB_DEADLINE_S="4")
    ends(generation, Status.FAILED)
    assert generation.deaths == 3
    ends(waiting())
    assert "Hard time limit" in running.log


def test_sigterm_lets_a_running_job_finish(worker, media):
    generation = waiting("slow:2")
    running = worker()
    wait_until(is_processing(generation))
    assert running.stop() == 0
    generation.refresh_from_db()
    assert (generation.status, generation.attempt) == (Status.SUCCESS, 1)


def test_a_job_longer_than_the_grace_is_given_back_without_a_death(worker, media):
    generation = waiting("hang")
    running = worker(WORKER_GRACE_S="1")
    wait_until(is_processing(generation))
    threading.Thread(target=running.stop).start()
    Generation.objects.filter(pk=generation.pk).update(original_prompt="a cat")
    worker()
    ends(generation)
    assert (generation.deaths, generation.attempt) == (0, 2)
