"""What one attempt does with what a provider and a storage answer."""

import time
from datetime import timedelta

import psycopg
import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import OperationalError, connection
from django.db.models.functions import Now

from generations.images.models import Image, StorageIntent
from generations.images.services import collect_due_intents
from generations.models import Attempt, Generation, Outcome, Status
from generations.providers import ErrorCode, ProviderError
from generations.services import delete_generation
from generations.worker import retry_policy, runner, storing
from tests.claims import claim
from tests.factories import GenerationFactory
from tests.providers import encode, png
from tests.servers.failover import ReadOnlyMoment

pytestmark = pytest.mark.django_db


def run(generation=None):
    generation = generation or GenerationFactory()
    runner.run("generations")
    generation.refresh_from_db()
    return generation


def run_until_it_ends(generation):
    """Attempt after attempt, without waiting for their due times."""
    for attempts in range(1, 10):
        run(generation)
        if generation.status in (Status.SUCCESS, Status.FAILED):
            return attempts
        Generation.objects.update(next_attempt_at=Now())
    raise AssertionError(generation.status)


def failing(error):
    def answer(request):
        raise error

    return staticmethod(answer)


def test_a_picture_ends_the_attempt(provider, files):
    generation = run()
    image = Image.objects.get()
    assert generation.status == Status.SUCCESS
    assert generation.output_image == image
    assert (generation.provider, generation.model) == ("scripted", "script")
    assert generation.processing_time_ms >= 0
    assert generation.finished_at is not None
    assert generation.lease_until is None
    assert generation.retry_count == 0
    assert files() == [image.key]
    assert not StorageIntent.objects.exists()
    assert list(generation.attempts.values_list("number", "outcome")) == [(1, Outcome.SUCCESS)]


def test_the_provider_is_asked_for_the_size_of_the_aspect_ratio(provider):
    asked = []
    provider.answer = staticmethod(lambda request: asked.append(request) or png())
    run(GenerationFactory(aspect_ratio="21:9", prompt="better", original_prompt="good"))
    assert (asked[0].width, asked[0].height, asked[0].aspect_ratio) == (2016, 864, "21:9")
    assert (asked[0].prompt, asked[0].original_prompt) == ("better", "good")


def test_the_same_message_twice_paints_once(provider):
    generation = run()
    run(generation)
    assert provider.calls == 1
    assert Image.objects.count() == 1


def test_the_bytes_are_kept_as_they_came(provider, media):
    content = encode("JPEG", 40, 30)
    provider.answer = staticmethod(lambda request: content)
    image = run().output_image
    assert (media / image.key).read_bytes() == content
    assert (image.mime_type, image.width, image.height, image.key[-4:]) == ("image/jpeg", 40, 30, ".jpg")


def test_a_passing_error_postpones_with_growing_pauses(provider):
    provider.answer = failing(ProviderError("There was no image.", code=ErrorCode.NO_IMAGE_RETURNED))
    generation = GenerationFactory()
    pauses = []
    for _ in range(3):
        Generation.objects.update(next_attempt_at=Now())
        run(generation)
        assert generation.status == Status.PENDING
        pauses.append(generation.next_attempt_at - generation.updated_at)
    assert timedelta(seconds=1.4) < pauses[0] < timedelta(seconds=2.6)
    assert timedelta(seconds=5.9) < pauses[1] < timedelta(seconds=10.1)
    assert timedelta(seconds=22) < pauses[2] < timedelta(seconds=38)


def test_pauses_differ_so_that_what_failed_together_does_not_return_together():
    assert len({retry_policy.step_s(retry_policy.BACKOFF_S, 1) for _ in range(20)}) > 10


def test_after_three_retries_it_fails_with_the_providers_sentence(provider):
    provider.answer = failing(ProviderError("There was no image.", code=ErrorCode.NO_IMAGE_RETURNED))
    generation = GenerationFactory()
    assert run_until_it_ends(generation) == 4
    assert generation.status == Status.FAILED
    told = (generation.error_code, generation.error_message)
    assert told == ("NO_IMAGE_RETURNED", "There was no image.")
    assert (generation.retries, generation.retry_count, generation.deaths) == (3, 3, 0)
    assert list(generation.attempts.values_list("outcome", flat=True)) == ["retry", "retry", "retry", "failed"]


def test_a_lasting_error_fails_at_once(provider):
    provider.answer = failing(ProviderError("The prompt was refused.", code=ErrorCode.CONTENT_BLOCKED))
    generation = run()
    assert (generation.status, generation.error_message) == (Status.FAILED, "The prompt was refused.")
    assert generation.error_code == "CONTENT_BLOCKED"
    assert generation.finished_at is not None
    assert provider.calls == 1


def test_a_success_after_a_retry_clears_nothing_but_the_error(provider):
    paint = provider.answer
    provider.answer = failing(ProviderError("Nothing.", code=ErrorCode.NO_IMAGE_RETURNED))
    generation = run()
    provider.answer = staticmethod(paint)
    assert run_until_it_ends(generation) == 2 or generation.retry_count == 1
    assert (generation.status, generation.retry_count, generation.error_message) == (Status.SUCCESS, 1, "")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The provider answered without an image."),
        (b"<html>502 Bad Gateway</html>", "The provider's answer is not an image."),
        (png(64, 64)[:-20], "The provider's image is cut off."),
        (encode("JPEG", 64, 64)[:-20], "The provider's image is cut off."),
    ],
    ids=["empty", "garbage", "truncated PNG", "truncated JPEG"],
)
def test_bytes_that_are_no_picture_are_asked_for_again_then_fail(provider, files, content, message):
    provider.answer = staticmethod(lambda request: content)
    generation = GenerationFactory()
    assert run_until_it_ends(generation) == 4
    assert (generation.status, generation.error_message) == (Status.FAILED, message)
    assert files() == []
    assert not StorageIntent.objects.exists()


@pytest.mark.parametrize("failures", [1, 3, 12])
def test_a_storage_that_fails_for_a_moment_is_given_the_same_picture_again(provider, files, monkeypatch, failures):
    written = []

    def fail_at_first(self, name, content):
        written.append(name)
        if len(written) <= failures:
            raise OSError(104, "Connection reset by peer")
        return save(self, name, content)

    save = FileSystemStorage._save
    monkeypatch.setattr(FileSystemStorage, "_save", fail_at_first)
    monkeypatch.setattr(storing, "STORE_AGAIN_AFTER_S", (0,))
    generation = run()
    assert (generation.status, generation.attempt, provider.calls) == (Status.SUCCESS, 1, 1)
    assert len(set(written)) == failures + 1
    assert files() == [generation.output_image.key] == written[-1:]
    assert list(StorageIntent.objects.live().order_by("pk").values_list("key", flat=True)) == written[:-1]


def test_a_write_that_comes_after_all_cannot_bring_a_deleted_picture_back_unnoticed(provider, files, monkeypatch):
    held_up = []

    def hold_up(self, name, content):
        monkeypatch.setattr(FileSystemStorage, "_save", save)
        held_up.append((name, content))
        raise OSError(104, "Connection reset by peer")

    save = FileSystemStorage._save
    monkeypatch.setattr(FileSystemStorage, "_save", hold_up)
    monkeypatch.setattr(storing, "STORE_AGAIN_AFTER_S", (0,))
    generation = run()
    delete_generation(generation.project, str(generation.pk))
    collect_due_intents()
    assert files() == []
    ((name, content),) = held_up
    default_storage.save(name, content)
    assert StorageIntent.objects.get().key == name
    StorageIntent.objects.update(collect_at=Now())
    collect_due_intents()
    assert files() == []


def test_a_storage_that_hangs_is_asked_again_only_where_there_is_time_for_it(provider, monkeypatch, settings):
    written = []

    def time_out(self, name, content):
        written.append(name)
        time.sleep(0.2)
        raise TimeoutError

    settings.CELERY_TASK_TIME_LIMIT = storing.MARGIN_S + 0.5
    monkeypatch.setattr(FileSystemStorage, "_save", time_out)
    monkeypatch.setattr(storing, "STORE_AGAIN_AFTER_S", (0,))
    assert run().status == Status.PENDING
    assert len(written) == 2


def test_a_storage_that_refuses_postpones_then_fails_and_its_intents_remain(provider, monkeypatch, settings):
    def refuse(self, name, content):
        raise OSError(28, "No space left on device", "/secret/path")

    monkeypatch.setattr(FileSystemStorage, "_save", refuse)
    settings.CELERY_TASK_TIME_LIMIT = 0
    generation = GenerationFactory()
    assert run_until_it_ends(generation) == 4
    assert (generation.status, generation.error_message) == (Status.FAILED, "The image could not be stored.")
    assert generation.error_code == "STORAGE_FAILED"
    assert set(generation.attempts.values_list("error_code", flat=True)) == {"STORAGE_FAILED"}
    assert StorageIntent.objects.live().count() == 4
    assert not Image.objects.exists()


def test_a_bug_in_a_provider_crashes_and_leaves_the_row_to_its_lease(provider):
    provider.answer = failing(ZeroDivisionError())
    generation = GenerationFactory()
    with pytest.raises(ZeroDivisionError):
        runner.run("generations")
    generation.refresh_from_db()
    assert generation.status == Status.PROCESSING
    assert not Attempt.objects.exists()


def test_a_worker_that_was_replaced_throws_its_image_away(provider, files):
    generation = GenerationFactory()
    paint = provider.answer

    def lose_the_claim(request):
        Generation.objects.update(status=Status.PENDING)
        claim(generation)
        return paint(request)

    provider.answer = staticmethod(lose_the_claim)
    run(generation)
    assert (generation.status, generation.attempt) == (Status.PROCESSING, 2)
    assert files() == []
    assert not StorageIntent.objects.exists()
    assert not Image.objects.exists()


def test_a_late_failure_does_not_touch_its_replacement(provider):
    generation = GenerationFactory()

    def lose_the_claim(request):
        Generation.objects.update(status=Status.PENDING)
        claim(generation)
        raise ProviderError("Too late.", code=ErrorCode.CONTENT_BLOCKED)

    provider.answer = staticmethod(lose_the_claim)
    run(generation)
    assert (generation.status, generation.attempt, generation.error_message) == (Status.PROCESSING, 2, "")
    assert not Attempt.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_restarts_while_the_provider_paints_does_not_cost_the_picture(provider, elsewhere, files):
    paint = provider.answer

    def paint_and_lose_the_database(request):
        kill_this_connection(elsewhere)
        return paint(request)

    provider.answer = staticmethod(paint_and_lose_the_database)
    generation = run()
    assert generation.status == Status.SUCCESS
    assert files() == [generation.output_image.key]
    assert provider.calls == 1


@pytest.mark.django_db(transaction=True)
def test_a_database_that_takes_no_writes_for_a_while_does_not_cost_the_picture(provider, database_url, monkeypatch):
    """As after a failover: what is connected in that moment stays read-only, whatever becomes of the server."""
    paint, tries = provider.answer, []

    def paint_and_fail_over(request):
        moment.begin()
        return paint(request)

    def end_of_the_moment(seconds):
        tries.append(seconds)
        if len(tries) == 8:
            moment.end()

    provider.answer = staticmethod(paint_and_fail_over)
    monkeypatch.setattr(storing.time, "sleep", end_of_the_moment)
    with psycopg.connect(database_url, autocommit=True) as administrator:
        moment = ReadOnlyMoment(administrator)
        try:
            generation = run()
        finally:
            moment.end()
    assert (generation.status, generation.attempt, provider.calls) == (Status.SUCCESS, 1, 1)
    assert len(tries) == 8


def test_a_database_that_stays_away_is_left_alone_when_the_jobs_time_is_over(provider, monkeypatch, settings):
    def away(*args):
        raise OperationalError("server closed the connection unexpectedly")

    settings.CELERY_TASK_TIME_LIMIT = 0
    monkeypatch.setattr(runner, "succeed", away)
    monkeypatch.setattr(connection, "close", lambda: None)
    with pytest.raises(OperationalError):
        run()
    assert Generation.objects.get().status == Status.PROCESSING


@pytest.mark.django_db(transaction=True)
def test_a_connection_lost_in_the_last_transaction_is_opened_again(provider, elsewhere, monkeypatch, files):
    adopt = runner.adopt_image
    lost = []

    def adopt_and_lose_the_connection(image):
        adopt(image)
        if not lost:
            lost.append(image)
            kill_this_connection(elsewhere)

    monkeypatch.setattr(runner, "adopt_image", adopt_and_lose_the_connection)
    generation = run()
    assert generation.status == Status.SUCCESS
    assert files() == [generation.output_image.key]
    assert provider.calls == 1


@pytest.mark.django_db(transaction=True)
def test_a_commit_whose_answer_was_lost_counts(provider, monkeypatch, files):
    succeed = runner.succeed
    answers = []

    def commit_and_lose_the_answer(*args):
        succeed(*args)
        if not answers:
            answers.append("lost")
            raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(runner, "succeed", commit_and_lose_the_answer)
    generation = run()
    assert generation.status == Status.SUCCESS
    assert files() == [generation.output_image.key]
    assert Attempt.objects.count() == 1


def kill_this_connection(elsewhere):
    pid = connection.connection.info.backend_pid
    assert elsewhere(f"SELECT pg_terminate_backend({pid})") == [(True,)]
