"""The chain of providers: who is asked next, who is not, what is noted, and who is left alone for a while."""

import time
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.db.models.functions import Now
from django.utils import timezone

from generations import services
from generations.models import Attempt, Breaker, Generation, Status
from generations.providers import ErrorCode, ImageRequest, ProviderError
from generations.queue.circuit_breaker import Breakers
from generations.worker import runner
from generations.worker.provider_chain import Chain
from tests.factories import GenerationFactory
from tests.providers import Spare, encode, png

pytestmark = pytest.mark.django_db

PASSING = [
    ErrorCode.PROVIDER_TIMEOUT,
    ErrorCode.PROVIDER_UNAVAILABLE,
    ErrorCode.PROVIDER_RATE_LIMITED,
    ErrorCode.NO_IMAGE_RETURNED,
    ErrorCode.INVALID_IMAGE,
]
LASTING = [ErrorCode.CONTENT_BLOCKED, ErrorCode.PROVIDER_REJECTED]
SQUARE = ImageRequest("a cat", "a cat", "1:1", 64, 64)


@pytest.fixture(autouse=True)
def chain(settings, provider, monkeypatch):
    """Two providers: the first is ``provider``, which the test makes fail."""
    monkeypatch.setattr(Spare, "answer", staticmethod(lambda request: png()))
    monkeypatch.setattr(Spare, "calls", 0)
    settings.IMAGE_PROVIDERS = {
        "first": {"BACKEND": "tests.providers.Scripted"},
        "second": {"BACKEND": "tests.providers.Spare"},
        "picky": {"BACKEND": "tests.providers.Picky"},
    }
    settings.IMAGE_PROVIDER_CHAIN = ["first", "second"]


def failing(code, **options):
    def answer(request):
        raise ProviderError(f"Not now: {code}.", code=code, **options)

    return staticmethod(answer)


def run(generation=None):
    generation = generation or GenerationFactory()
    Generation.objects.filter(pk=generation.pk).update(next_attempt_at=Now())
    runner.run("generations")
    generation.refresh_from_db()
    return generation


def tries(generation):
    return generation.attempts.get().tries


# ── Who is asked ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_while_the_first_one_paints_no_other_is_asked(provider):
    generation = run()
    assert (generation.provider, provider.calls, Spare.calls) == ("scripted", 1, 0)


@pytest.mark.parametrize("code", PASSING)
def test_a_passing_error_costs_one_attempt_and_no_retry(provider, code):
    provider.answer = failing(code)
    generation = run()
    assert (generation.status, generation.provider, generation.model) == (Status.SUCCESS, "spare", "script")
    assert (generation.attempt, generation.retry_count, generation.error_code) == (1, 0, "")


@pytest.mark.parametrize("content", [b"", b"<html>502 Bad Gateway</html>", png()[:-20]])
def test_bytes_that_are_no_picture_count_as_an_error(provider, content):
    provider.answer = staticmethod(lambda request: content)
    assert run().provider == "spare"


@pytest.mark.parametrize("code", LASTING)
def test_what_one_provider_refuses_no_other_is_asked_for(provider, code):
    provider.answer = failing(code)
    generation = run()
    assert (generation.status, generation.error_code, Spare.calls) == (Status.FAILED, code, 0)
    assert generation.provider == "scripted"


def test_a_wrong_key_or_model_is_no_refusal_and_the_next_one_is_asked(provider):
    provider.answer = failing(ErrorCode.PROVIDER_REJECTED, misconfigured=True)
    generation = run()
    assert (generation.status, generation.provider, generation.attempt) == (Status.SUCCESS, "spare", 1)
    assert [noted["retryable"] for noted in tries(generation)] == [False, None]


def test_when_all_are_wrongly_configured_it_fails_at_once(provider):
    provider.answer = Spare.answer = failing(ErrorCode.PROVIDER_REJECTED, misconfigured=True)
    generation = run()
    assert (generation.status, generation.error_code, generation.attempt) == (Status.FAILED, "PROVIDER_REJECTED", 1)


@pytest.mark.parametrize("down_first", [True, False])
def test_when_one_is_down_and_the_other_wrongly_configured_it_waits_for_the_first(provider, down_first):
    down = failing(ErrorCode.PROVIDER_UNAVAILABLE, retry_after_s=60)
    wrong = failing(ErrorCode.PROVIDER_REJECTED, misconfigured=True)
    provider.answer, Spare.answer = (down, wrong) if down_first else (wrong, down)
    generation = run()
    assert generation.status == Status.PENDING
    assert generation.attempts.get().error_code == "PROVIDER_UNAVAILABLE"
    assert 59.9 < due_in_s(generation) < 60.1


def test_a_refusal_by_the_second_one_is_the_answer(provider):
    provider.answer, Spare.answer = failing(ErrorCode.PROVIDER_TIMEOUT), failing(ErrorCode.CONTENT_BLOCKED)
    generation = run()
    assert (generation.status, generation.error_code, generation.attempt) == (Status.FAILED, "CONTENT_BLOCKED", 1)


def test_when_all_fail_the_attempt_is_made_again_later(provider):
    provider.answer, Spare.answer = failing(ErrorCode.PROVIDER_TIMEOUT), failing(ErrorCode.PROVIDER_UNAVAILABLE)
    generation = run()
    assert (generation.status, generation.retries) == (Status.PENDING, 1)
    assert generation.attempts.get().error_code == "PROVIDER_UNAVAILABLE"
    assert (provider.calls, Spare.calls) == (1, 1)


def test_when_all_are_down_the_attempt_costs_nothing(provider):
    provider.answer, Spare.answer = failing(ErrorCode.PROVIDER_RATE_LIMITED), failing(ErrorCode.PROVIDER_UNAVAILABLE)
    generation = run()
    assert (generation.status, generation.retries, generation.waits) == (Status.PENDING, 0, 1)
    assert (provider.calls, Spare.calls) == (1, 1)


def test_one_that_cannot_do_what_is_asked_is_passed_by(settings, provider):
    settings.IMAGE_PROVIDER_CHAIN = ["picky", "second"]
    assert run(GenerationFactory(aspect_ratio="1:1")).provider == "picky"
    assert run(GenerationFactory(aspect_ratio="21:9")).provider == "spare"


def test_what_none_of_them_can_do_fails_at_once(settings):
    settings.IMAGE_PROVIDER_CHAIN = ["picky"]
    generation = run(GenerationFactory(aspect_ratio="21:9"))
    assert (generation.status, generation.error_code) == (Status.FAILED, "PROVIDER_REJECTED")
    assert generation.error_message == "No image provider here can make such a picture."


def test_a_job_that_has_no_time_left_asks_no_other(provider, monkeypatch):
    provider.answer = failing(ErrorCode.PROVIDER_TIMEOUT)
    monkeypatch.setattr(Spare, "longest_s", 100)
    with pytest.raises(ProviderError, match="PROVIDER_TIMEOUT"):
        both(time.monotonic() + 99).paint(SQUARE)
    assert Spare.calls == 0
    assert both(time.monotonic() + 101).paint(SQUARE).provider == "spare"


def both(ends_at):
    return Chain(
        ["first", "second"], generation_id=uuid4(), breakers=Breakers().look(), ends_at=ends_at, now=timezone.now
    )


# ── What would come again ────────────────────────────────────────────────────────────────────────────────────────────


def gif(request):
    return encode("GIF")


@pytest.mark.parametrize("answer", [gif, failing(ErrorCode.NO_IMAGE_RETURNED, lasting=True)])
def test_what_would_come_again_is_bought_once(settings, provider, answer):
    settings.IMAGE_PROVIDER_CHAIN = ["first"]
    provider.answer = staticmethod(answer)
    generation = run()
    assert (generation.status, generation.attempt, provider.calls) == (Status.FAILED, 1, 1)
    assert [noted["retryable"] for noted in tries(generation)] == [False]


def test_it_is_no_refusal_and_the_next_one_is_asked(provider):
    provider.answer = staticmethod(gif)
    assert run().provider == "spare"


def test_nor_is_it_bought_again_while_the_next_one_is_down(provider):
    provider.answer, Spare.answer = staticmethod(gif), failing(ErrorCode.PROVIDER_UNAVAILABLE)
    generation = run()
    Spare.answer = staticmethod(lambda request: png())
    assert (generation.status, run(generation).provider) == (Status.PENDING, "spare")
    assert (provider.calls, Spare.calls) == (1, 2)


def test_when_the_next_one_fails_for_good_its_word_is_the_last(provider):
    provider.answer, Spare.answer = staticmethod(gif), failing(ErrorCode.PROVIDER_UNAVAILABLE)
    generation = run()
    Spare.answer = failing(ErrorCode.NO_IMAGE_RETURNED, lasting=True)
    run(generation)
    assert (generation.status, generation.error_code) == (Status.FAILED, "NO_IMAGE_RETURNED")
    assert (provider.calls, Spare.calls) == (1, 2)


def test_a_caller_who_runs_it_again_has_everybody_asked_again(settings, provider):
    settings.IMAGE_PROVIDER_CHAIN = ["first"]
    provider.answer = staticmethod(gif)
    generation = run()
    provider.answer = staticmethod(lambda request: png())
    assert services.retry_generation(generation)
    assert run(generation).status == Status.SUCCESS


def test_who_was_asked_and_is_silent_is_asked_once_more_when_its_time_is_over(settings, provider, monkeypatch):
    """It paints on, and wants to be paid for each call."""
    settings.IMAGE_PROVIDER_CHAIN = ["first"]
    monkeypatch.setattr(provider, "longest_s", 120)
    provider.answer = failing(ErrorCode.PROVIDER_TIMEOUT)
    generation = run()
    assert (generation.status, generation.retries) == (Status.PENDING, 1)
    assert 119.9 < due_in_s(generation) < 120.1
    run(generation)
    assert (generation.status, generation.error_code, provider.calls) == (Status.FAILED, "PROVIDER_TIMEOUT", 2)


def test_while_it_is_silent_to_all_no_job_fails_for_having_been_the_one_that_found_out(settings, provider):
    settings.IMAGE_PROVIDER_CHAIN = ["first"]
    provider.answer = failing(ErrorCode.PROVIDER_TIMEOUT)
    generations = [run() for _ in range(5)]
    end_the_pause()
    assert run(generations[0]).status == Status.PENDING
    assert provider.calls == 6


def test_one_that_was_silent_once_may_fail_otherwise_as_often_as_any(settings, provider):
    settings.IMAGE_PROVIDER_CHAIN = ["first"]
    provider.answer = failing(ErrorCode.PROVIDER_TIMEOUT)
    generation = run()
    provider.answer = failing(ErrorCode.NO_IMAGE_RETURNED)
    for _ in range(3):
        assert generation.status == Status.PENDING
        run(generation)
    assert (generation.status, provider.calls) == (Status.FAILED, 4)


# ── A project's own ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_projects_own_provider_makes_its_pictures_and_no_other_does(provider):
    assert run(GenerationFactory(project__image_provider="second")).provider == "spare"
    Spare.answer = failing(ErrorCode.PROVIDER_UNAVAILABLE)
    assert run(GenerationFactory(project__image_provider="second")).status == Status.PENDING
    assert provider.calls == 0


def test_a_projects_provider_that_is_configured_no_more_is_no_reason_to_ask_another(provider):
    generation = run(GenerationFactory(project__image_provider="gone"))
    assert (generation.status, provider.calls, Spare.calls) == (Status.PENDING, 0, 0)
    assert generation.attempts.get().error_message == "The image provider of this project is not available."


# ── What is noted ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_try_is_kept_with_its_attempt(provider):
    provider.answer = failing(ErrorCode.PROVIDER_RATE_LIMITED)
    first, second = tries(run())
    began = [first.pop("started_at"), second.pop("started_at")]
    assert began == sorted(began)
    assert began[0][10] == "T"
    assert min(first.pop("duration_ms"), second.pop("duration_ms")) >= 0
    assert first == {
        "alias": "first",
        "provider": "scripted",
        "model": "",
        "error_code": "PROVIDER_RATE_LIMITED",
        "retryable": True,
        "message": "Not now: PROVIDER_RATE_LIMITED.",
    }
    assert second == {
        "alias": "second",
        "provider": "spare",
        "model": "script",
        "error_code": "",
        "retryable": None,
        "message": "",
    }


def test_a_try_of_an_attempt_that_failed_is_kept_too(provider):
    provider.answer = failing(ErrorCode.CONTENT_BLOCKED)
    (only,) = tries(run())
    assert (only["error_code"], only["retryable"]) == ("CONTENT_BLOCKED", False)


# ── When to come back ────────────────────────────────────────────────────────────────────────────────────────────────


def due_in_s(generation):
    return (generation.next_attempt_at - generation.updated_at).total_seconds()


@pytest.mark.parametrize(
    ("asked_for", "at_least", "at_most"),
    [(120, 120, 120), (0.5, 1.5, 2.5), (86_400, 3_600, 3_600), (float("nan"), 1.5, 2.5), (-5, 1.5, 2.5)],
    ids=["two minutes", "too soon", "too late", "nonsense", "the past"],
)
def test_a_vendors_retry_after_sets_the_due_time(settings, provider, asked_for, at_least, at_most):
    settings.IMAGE_PROVIDER_CHAIN = ["first"]
    provider.answer = failing(ErrorCode.PROVIDER_RATE_LIMITED, retry_after_s=asked_for)
    assert at_least - 0.1 <= due_in_s(run()) <= at_most + 0.1


def test_of_several_the_one_that_is_ready_first_decides(provider):
    provider.answer = failing(ErrorCode.PROVIDER_RATE_LIMITED, retry_after_s=600)
    Spare.answer = failing(ErrorCode.PROVIDER_RATE_LIMITED, retry_after_s=60)
    assert 59.9 < due_in_s(run()) < 60.1


# ── The breaker ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_after_five_failures_in_a_row_a_provider_is_not_asked(provider):
    provider.answer = failing(ErrorCode.PROVIDER_UNAVAILABLE)
    for _ in range(7):
        assert run().status == Status.SUCCESS
    assert (provider.calls, Spare.calls) == (5, 7)
    generation = run()
    first, second = tries(generation)
    assert (first["error_code"], second["error_code"]) == ("PROVIDER_UNAVAILABLE", "")
    assert first["message"] == "Not asked: it has been down for a while."


def end_the_pause():
    Breaker.objects.update(retry_at=Now())


def test_when_its_pause_is_over_one_try_finds_out(provider):
    provider.answer = failing(ErrorCode.PROVIDER_TIMEOUT)
    for _ in range(6):
        run()
    end_the_pause()
    run()
    run()
    assert provider.calls == 6
    end_the_pause()
    provider.answer = staticmethod(lambda request: png())
    assert run().provider == "scripted"
    end_the_pause()
    assert run().provider == "scripted"


def test_the_pause_is_thirty_seconds(provider):
    provider.answer = failing(ErrorCode.PROVIDER_UNAVAILABLE)
    for _ in range(5):
        run()
    (state,) = Breaker.objects.as_now()
    assert 20 < (state.retry_at - state.database_time).total_seconds() <= 30


def test_a_success_in_between_begins_the_count_anew(provider):
    for _ in range(2):
        provider.answer = failing(ErrorCode.PROVIDER_UNAVAILABLE)
        for _ in range(4):
            run()
        provider.answer = staticmethod(lambda request: png())
        assert run().provider == "scripted"


@pytest.mark.parametrize("code", [*LASTING, ErrorCode.NO_IMAGE_RETURNED, ErrorCode.INVALID_IMAGE])
def test_bad_prompts_keep_nobody_out(provider, code):
    provider.answer = failing(code)
    for _ in range(6):
        run()
    assert provider.calls == 6


def test_when_all_are_left_alone_the_job_waits_for_the_end_of_the_pause(settings, provider):
    settings.IMAGE_PROVIDER_CHAIN = ["first"]
    provider.answer = failing(ErrorCode.PROVIDER_UNAVAILABLE)
    for _ in range(5):
        run()
    generation = run()
    assert (generation.status, generation.attempt, provider.calls) == (Status.PENDING, 0, 5)


@pytest.mark.parametrize("code", [ErrorCode.PROVIDER_UNAVAILABLE, None])
def test_a_breaker_that_cannot_be_written_costs_no_job(provider, monkeypatch, code):
    provider.answer = failing(ErrorCode.PROVIDER_UNAVAILABLE)
    run()

    def refuse(*args):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("generations.queue.circuit_breaker.count_failure", refuse)
    monkeypatch.setattr("generations.queue.circuit_breaker.step_towards_closed", refuse)
    monkeypatch.setattr("generations.queue.circuit_breaker.connection.close", lambda: None)
    if code is None:
        provider.answer = staticmethod(lambda request: png())
    assert run().provider == ("spare" if code else "scripted")


def test_each_try_is_noted_with_the_databases_time(monkeypatch):
    two_hours_ago = timezone.now() - timedelta(hours=2)
    monkeypatch.setattr("django.utils.timezone.now", lambda: two_hours_ago)
    GenerationFactory()
    runner.run("generations")
    attempt = Attempt.objects.get()
    began = datetime.fromisoformat(attempt.tries[0]["started_at"])
    assert abs(began - attempt.started_at) < timedelta(minutes=1)
