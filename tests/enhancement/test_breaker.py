"""After five failures in a row nobody waits for an enhancer for half a minute."""

import time

import pytest
from django.core.cache import cache
from structlog.testing import capture_logs

from enhancement import breaker as module
from enhancement import enhance
from enhancement.breaker import Breaker, CircuitOpen
from enhancement.enhancers.base import EnhancementError, PromptRefused
from tests.enhancement import stand_ins

PROMPT = "a cat on a windowsill"
REDIS = "django.core.cache.backends.redis.RedisCache"


@pytest.fixture(params=["memory", "redis"])
def breaker(request, settings):
    """One in the memory of this process, and one in Redis as all processes share it."""
    if request.param == "redis":
        settings.CACHES = {"default": {"BACKEND": REDIS, "LOCATION": settings.REDIS_URL}}
    breaker = Breaker("test")
    breaker.note_success()
    yield breaker
    breaker.note_success()


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.note_failure()


def is_open(breaker: Breaker) -> bool:
    try:
        breaker.check()
    except CircuitOpen as error:
        assert str(error) == "not asked: it failed 5 times in a row"  # noqa: PT017
        return True
    return False


def end_the_pause(breaker: Breaker) -> None:
    """As time does."""
    assert cache.delete(breaker._pause)


def test_it_opens_with_the_fifth_failure(breaker):
    fail(breaker, 4)
    assert not is_open(breaker)
    fail(breaker, 1)
    assert is_open(breaker)


def test_a_success_between_starts_the_count_anew(breaker):
    fail(breaker, 4)
    breaker.note_success()
    fail(breaker, 4)
    assert not is_open(breaker)


def test_the_pause_lasts_half_a_minute_and_ends_by_itself(breaker, monkeypatch):
    assert module.PAUSE_S == 30
    monkeypatch.setattr(module, "PAUSE_S", 1)
    fail(breaker, 5)
    assert is_open(breaker)
    time.sleep(1.1)
    assert not is_open(breaker)


def test_after_the_pause_one_tries_for_all(breaker):
    fail(breaker, 5)
    end_the_pause(breaker)
    assert [is_open(breaker) for _ in range(3)] == [False, True, True]


def test_if_the_try_fails_the_next_pause_begins(breaker):
    fail(breaker, 5)
    end_the_pause(breaker)
    assert not is_open(breaker)
    end_the_pause(breaker)
    fail(breaker, 1)
    assert is_open(breaker)


def test_if_the_try_succeeds_all_are_let_through(breaker):
    fail(breaker, 5)
    end_the_pause(breaker)
    assert not is_open(breaker)
    breaker.note_success()
    assert [is_open(breaker) for _ in range(3)] == [False, False, False]


def test_each_enhancer_has_its_own(breaker):
    fail(breaker, 5)
    assert not is_open(Breaker("another"))


# ── As enhance() uses it ─────────────────────────────────────────────────────────────────────────────────────────────


class Counting(stand_ins.Answering):
    """Raises what the test says, and counts."""

    asked = 0
    error: Exception | None = None

    def enhance(self, prompt, template):
        type(self).asked += 1
        if self.error:
            raise self.error
        return super().enhance(prompt, template)


@pytest.fixture
def counting(settings, monkeypatch):
    settings.PROMPT_ENHANCERS = {"default": {"BACKEND": f"{__name__}.Counting", "OPTIONS": {}}}
    monkeypatch.setattr(Counting, "asked", 0)
    monkeypatch.setattr(Counting, "error", EnhancementError("answered HTTP 503"))
    return Counting


def reasons(times: int) -> list[str]:
    return [enhance(PROMPT, "comic").fallback_reason for _ in range(times)]


def test_the_sixth_caller_is_spared_the_wait(counting):
    assert reasons(7) == ["answering: answered HTTP 503"] * 5 + ["answering: not asked: it failed 5 times in a row"] * 2
    assert counting.asked == 5


def test_what_a_vendors_client_raises_counts_too(counting, monkeypatch):
    monkeypatch.setattr(Counting, "error", RuntimeError("a bug"))
    reasons(7)
    assert counting.asked == 5


def test_bad_prompts_shut_nobody_out(counting, monkeypatch):
    monkeypatch.setattr(Counting, "error", PromptRefused("refused the prompt"))
    assert reasons(7) == ["answering: refused the prompt"] * 7
    assert counting.asked == 7


def test_nonsense_shuts_nobody_out(configure):
    configure("Answering", answer="Sure!")
    assert reasons(7) == ["answering: empty"] * 7


def test_without_its_cache_every_caller_is_served(counting, settings):
    settings.CACHES = {"default": {"BACKEND": REDIS, "LOCATION": "redis://127.0.0.1:1/0"}}
    with capture_logs() as log:
        assert reasons(7) == ["answering: answered HTTP 503"] * 7
    assert counting.asked == 7
    complaint = {"event": "enhancement_breaker_without_cache", "error": "ConnectionError", "log_level": "warning"}
    assert log.count(complaint) == 14


def test_without_its_cache_a_good_answer_stays_one(counting, settings, monkeypatch):
    settings.CACHES = {"default": {"BACKEND": REDIS, "LOCATION": "redis://127.0.0.1:1/0"}}
    monkeypatch.setattr(Counting, "error", None)
    enhancement = enhance(PROMPT, "comic")
    assert (enhancement.enhancer, enhancement.fallback_reason) == ("answering", "")
