"""The rate limit as a program sees it."""

import pytest
from django.conf import settings

from projects.api import throttling
from projects.api.rate_limit import FailOpenLimiter, LocalLimiter, RedisLimiter
from projects.models import ApiKey
from tests.client import GENERATIONS, ApiClient
from tests.factories import ApiKeyFactory, GenerationFactory

HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


def rate(answer):
    return tuple(int(answer[name]) for name in HEADERS)


@pytest.fixture
def limited(project):
    """A program that may call three times an hour."""
    return ApiClient(ApiKeyFactory(project=project, rate_limit_per_hour=3).text)


def test_the_default_is_100_an_hour(db):
    assert settings.RATE_LIMIT_PER_HOUR == 100
    assert rate(ApiClient(ApiKeyFactory().text).get(GENERATIONS)) == (100, 99, 3600)


def test_after_the_last_request_comes_429(limited):
    assert [rate(limited.get(GENERATIONS))[:2] for _ in range(3)] == [(3, 2), (3, 1), (3, 0)]
    refusal = limited.get(GENERATIONS, headers={"X-Request-Id": "the-same-id"})
    assert refusal.status_code == 429
    assert refusal.json() == {
        "success": False,
        "error": {
            "code": "RATE_LIMIT_EXCEEDED",
            "message": "Too many requests. See Retry-After for when the window ends.",
            "requestId": "the-same-id",
        },
    }
    assert rate(refusal)[:2] == (3, 0)
    assert 3595 <= int(refusal["Retry-After"]) == int(refusal["X-RateLimit-Reset"]) <= 3600


def test_a_request_beyond_the_limit_does_nothing(limited, project):
    generation = GenerationFactory(project=project)
    for _ in range(3):
        limited.get(GENERATIONS)
    assert limited.create().status_code == 429
    assert limited.delete(f"{GENERATIONS}/{generation.pk}").status_code == 429
    assert list(project.generations.all()) == [generation]


def test_a_limit_changed_by_staff_holds_from_the_next_request(limited):
    assert rate(limited.get(GENERATIONS))[:2] == (3, 2)
    ApiKey.objects.update(rate_limit_per_hour=10)
    assert rate(limited.get(GENERATIONS))[:2] == (10, 8)
    ApiKey.objects.update(rate_limit_per_hour=0)
    assert limited.get(GENERATIONS).status_code == 429


def test_keys_of_one_project_are_counted_apart(project, limited):
    other = ApiClient(ApiKeyFactory(project=project, rate_limit_per_hour=3).text)
    assert rate(limited.get(GENERATIONS))[1] == rate(other.get(GENERATIONS))[1] == 2


@pytest.mark.parametrize(
    ("status", "call"),
    [
        (201, lambda api, path: api.create()),
        (200, lambda api, path: api.get(path)),
        (200, lambda api, path: api.head(path)),
        (200, lambda api, path: api.delete(path)),
        (400, lambda api, path: api.create(prompt="")),
        (400, lambda api, path: api.post(GENERATIONS, "{")),
        (404, lambda api, path: api.get(f"{GENERATIONS}/nonsense")),
        (404, lambda api, path: api.get("/api/v1/nowhere")),
        (404, lambda api, path: api.post("/api/")),
        (405, lambda api, path: api.put(path)),
        (405, lambda api, path: api.options(path)),
        (413, lambda api, path: api.create(prompt="x" * 1024 * 1024)),
        (415, lambda api, path: api.post(GENERATIONS, "prompt=a+cat", "application/x-www-form-urlencoded")),
    ],
)
def test_every_answer_to_a_valid_key_is_counted_and_says_so(limited, project, status, call):
    path = f"{GENERATIONS}/{GenerationFactory(project=project).pk}"
    answer = call(limited, path)
    assert answer.status_code == status
    assert rate(answer) == (3, 2, 3600)


def test_polling_is_free_even_when_nothing_is_left(limited, project):
    path = f"{GENERATIONS}/{GenerationFactory(project=project).pk}"
    etag = {limited.get(path)["ETag"] for _ in range(3)}.pop()
    poll = limited.get(path, headers={"If-None-Match": etag})
    assert (poll.status_code, rate(poll)[:2]) == (304, (3, 0))
    news = limited.get(path, headers={"If-None-Match": '"other"'})
    assert (news.status_code, rate(news)[:2]) == (429, (3, 0))


def test_only_the_get_of_one_generation_can_be_free(limited, project):
    GenerationFactory(project=project)
    assert limited.get(GENERATIONS, headers={"If-None-Match": "*"}).status_code == 200
    assert rate(limited.create())[1] == 1


@pytest.fixture(params=["a black hole", "a closed port"])
def redis_away(request, monkeypatch, tcp_blackhole, spare_redis):
    spare_redis.stop()
    url = tcp_blackhole.url("redis") if request.param == "a black hole" else spare_redis.url()
    limiter = FailOpenLimiter(RedisLimiter(url), LocalLimiter())
    monkeypatch.setattr(throttling, "get_limiter", lambda: limiter)


def test_without_redis_requests_are_let_through_and_counted_in_the_process(redis_away, limited):
    assert [rate(limited.get(GENERATIONS))[:2] for _ in range(3)] == [(3, 2), (3, 1), (3, 0)]
    assert limited.get(GENERATIONS).status_code == 429
