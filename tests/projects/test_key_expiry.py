"""A key's end is told beforehand: to its client by a header, to Prometheus; and a rotation leaves time to change it."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from projects.api.authentication import find_api_key
from projects.keys import parse_key
from projects.models import ENDS_SOON, ApiKey
from projects.services import (
    ApiKeyRevoked,
    ApiKeyRotated,
    keys_to_replace,
    revoke_api_key,
    rotate_api_key,
)
from tests.client import GENERATIONS, ApiClient
from tests.factories import ApiKeyFactory, GenerationFactory

HEADER = "X-API-Key-Expires"

pytestmark = pytest.mark.django_db


def ends_in(**span):
    return timezone.now() + timedelta(**span)


def accepts(text):
    return find_api_key(parse_key(text)) is not None


# ── The header ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_in_its_last_two_weeks_every_answer_says_when_the_key_ends():
    api_key = ApiKeyFactory(expires_at=ends_in(days=13), rate_limit_per_hour=8)
    api = ApiClient(api_key.text)
    path = f"{GENERATIONS}/{GenerationFactory(project=api_key.project).pk}"
    etag = api.get(path)["ETag"]
    answers = {
        200: api.get(GENERATIONS),
        201: api.create(),
        304: api.get(path, headers={"If-None-Match": etag}),
        400: api.create(prompt=""),
        404: api.get("/api/v1/nowhere"),
        405: api.put(path),
        415: api.post(GENERATIONS, "prompt=a+cat", "application/x-www-form-urlencoded"),
    }
    for _ in range(3):
        answers[429] = api.get(GENERATIONS)
    assert {status: answer.status_code for status, answer in answers.items()} == {status: status for status in answers}
    ApiKey.objects.update(expires_at=datetime.fromisoformat("2999-01-02T03:04:05.678901Z"))
    assert {answer[HEADER] for answer in answers.values()} == {
        api_key.expires_at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{api_key.expires_at.microsecond // 1000:03}Z"
    }
    assert HEADER not in api.get(GENERATIONS)


@pytest.mark.parametrize("text", [None, "esl_nonsense"])
def test_who_has_no_key_learns_of_no_end(text):
    ApiKeyFactory(expires_at=ends_in(days=1))
    assert HEADER not in ApiClient(text).get(GENERATIONS)


def test_a_replayed_answer_says_when_the_key_of_now_ends():
    api_key = ApiKeyFactory()
    api = ApiClient(api_key.text)
    assert HEADER not in api.create_once("order-1")
    ApiKey.objects.update(expires_at=ends_in(days=3))
    again = api.create_once("order-1")
    assert again["Idempotency-Replayed"] == "true"
    assert HEADER in again


# ── Which are to be replaced ─────────────────────────────────────────────────────────────────────────────────────────


def test_of_the_keys_that_end_soon_those_without_a_successor_are_told():
    later, sooner = (ApiKeyFactory(expires_at=ends_in(days=days)) for days in (13, 2))
    ApiKeyFactory(expires_at=ends_in(days=15))
    ApiKeyFactory(expires_at=ends_in(days=1), rotated_at=timezone.now())
    ApiKeyFactory(expires_at=ends_in(days=1), revoked_at=timezone.now())
    ApiKeyFactory(expires_at=ends_in(days=1), project__is_active=False)
    ApiKeyFactory(expires_at=ends_in(seconds=-1))
    assert list(ApiKey.objects.ending_soon()) == [sooner, later]
    told = keys_to_replace()
    assert told.ending_soon == 2
    assert told.first_ends_in_s == pytest.approx(2 * 86_400, abs=60)


def test_where_no_key_is_to_be_replaced_there_is_no_first_end():
    assert keys_to_replace().first_ends_in_s is None
    ApiKeyFactory(expires_at=ends_in(days=30))
    assert (keys_to_replace().first_ends_in_s > ENDS_SOON.total_seconds(), keys_to_replace().ending_soon) == (True, 0)


# ── Rotating with an overlap ─────────────────────────────────────────────────────────────────────────────────────────


def test_both_keys_are_accepted_until_the_overlap_is_over():
    old = ApiKeyFactory(name="shop", rate_limit_per_hour=7)
    new, text = rotate_api_key(old, overlap=timedelta(days=2))
    assert (new.project, new.name, new.rate_limit_per_hour) == (old.project, "shop", 7)
    answers = [ApiClient(each).create() for each in (old.text, text)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert old.project.generations.count() == 2
    assert [HEADER in answer for answer in answers] == [True, False]
    old.refresh_from_db()
    assert old.expires_at - old.rotated_at == timedelta(days=2)
    ApiKey.objects.filter(pk=old.pk).update(expires_at=timezone.now())
    assert (accepts(old.text), accepts(text)) == (False, True)


def test_an_overlap_gives_a_key_no_longer_life_than_it_had():
    old = ApiKeyFactory(expires_at=ends_in(days=1))
    rotate_api_key(old, overlap=timedelta(days=30))
    assert ApiKey.objects.get(pk=old.pk).expires_at == old.expires_at


def test_without_an_overlap_the_old_key_is_revoked():
    old = ApiKeyFactory()
    _, text = rotate_api_key(old)
    assert (accepts(old.text), accepts(text)) == (False, True)


def test_a_key_has_one_successor():
    old = ApiKeyFactory()
    rotate_api_key(old, overlap=timedelta(days=7))
    with pytest.raises(ApiKeyRotated):
        rotate_api_key(old, overlap=timedelta(days=7))
    revoke_api_key(old)
    with pytest.raises(ApiKeyRevoked):
        rotate_api_key(old)
    assert ApiKey.objects.count() == 2
