"""X-API-Key: who is let in, who is not, and what the answer gives away."""

from datetime import timedelta

import pytest
from django.contrib.auth import hashers
from django.db.models.functions import Now
from django.utils import timezone

from projects.keys import new_key
from projects.models import ApiKey
from projects.services import revoke_api_key, rotate_api_key
from tests.client import GENERATIONS, ApiClient
from tests.factories import ApiKeyFactory, ProjectFactory

REQUEST_ID = {"X-Request-Id": "the-same-id"}


def wrong_keys():
    """One of each kind, by what is wrong with it."""
    good = ApiKeyFactory()
    text = good.text
    forged = new_key()
    return {
        "missing": None,
        "empty": "",
        "mistyped": text[:-1] + ("0" if text[-1] != "0" else "1"),
        "unknown": new_key().reveal(),
        "wrong secret": type(forged)(key_id=good.key_id, secret=forged.secret).reveal(),
        "expired": ApiKeyFactory(expires_at=timezone.now() - timedelta(seconds=1)).text,
        "revoked": ApiKeyFactory(revoked_at=timezone.now()).text,
        "of a disabled project": ApiKeyFactory(project=ProjectFactory(is_active=False)).text,
        "twice": f"{text},{text}",
        "not ASCII": "esl_ключ",
    }


@pytest.mark.parametrize(("method", "path"), [("get", GENERATIONS), ("post", GENERATIONS), ("get", f"{GENERATIONS}/x")])
def test_every_wrong_key_gets_the_same_answer(db, method, path):
    answers = [getattr(ApiClient(key), method)(path, headers=REQUEST_ID) for key in wrong_keys().values()]
    assert {(a.status_code, a.content, tuple(sorted(a.items()))) for a in answers} == {
        (401, answers[0].content, tuple(sorted(answers[0].items())))
    }
    assert answers[0].json() == {
        "success": False,
        "error": {
            "code": "UNAUTHORIZED",
            "message": "A valid API key is needed in the X-API-Key header.",
            "requestId": "the-same-id",
        },
    }
    assert answers[0]["WWW-Authenticate"] == "ApiKey"
    assert "X-RateLimit-Limit" not in answers[0]


def test_only_the_header_counts(api_key, nobody):
    for headers in ({"Authorization": f"Bearer {api_key.text}"}, {"Cookie": f"X-API-Key={api_key.text}"}):
        assert nobody.get(GENERATIONS, {"api_key": api_key.text}, headers=headers).status_code == 401


@pytest.mark.parametrize("kind", ["missing", "empty", "mistyped", "twice", "not ASCII"])
def test_a_wrong_checksum_costs_no_query(db, kind, django_assert_num_queries):
    client = ApiClient(wrong_keys()[kind])
    with django_assert_num_queries(0):
        assert client.get(GENERATIONS).status_code == 401


@pytest.mark.parametrize("kind", ["unknown", "wrong secret", "expired", "revoked", "of a disabled project"])
def test_any_other_wrong_key_costs_one_query(db, kind, django_assert_num_queries):
    client = ApiClient(wrong_keys()[kind])
    with django_assert_num_queries(1):
        assert client.get(GENERATIONS).status_code == 401


def test_a_good_key_costs_one_query_with_project_and_organization(api, django_assert_num_queries):
    api.get(GENERATIONS)
    with django_assert_num_queries(1) as queries:
        assert api.get(f"{GENERATIONS}/nonsense").status_code == 404
    assert all(table in queries[0]["sql"] for table in ("projects_apikey", "projects_project", "projects_organization"))


def test_no_password_hasher_is_asked(api, monkeypatch):
    monkeypatch.setattr(hashers, "get_hasher", lambda *args: pytest.fail("a password hasher"))
    monkeypatch.setattr(hashers, "get_hashers", lambda *args: pytest.fail("the password hashers"))
    assert api.get(GENERATIONS).status_code == 200


def test_the_first_use_is_noted(api, api_key):
    assert ApiKey.objects.get().last_used_at is None
    api.get(GENERATIONS)
    assert timezone.now() - ApiKey.objects.get().last_used_at < timedelta(minutes=1)


@pytest.mark.parametrize(("age_s", "is_noted"), [(59, False), (61, True)])
def test_use_is_noted_once_a_minute(api, api_key, age_s, is_noted):
    used_at = timezone.now() - timedelta(seconds=age_s)
    ApiKey.objects.update(last_used_at=used_at)
    api.get(GENERATIONS)
    assert (ApiKey.objects.get().last_used_at != used_at) is is_noted


def test_a_revoked_key_is_refused_at_the_next_request(api, api_key):
    assert api.get(GENERATIONS).status_code == 200
    assert revoke_api_key(api_key)
    assert api.get(GENERATIONS).status_code == 401


def test_a_key_expires_by_the_databases_clock(api, api_key):
    ApiKey.objects.update(expires_at=Now())
    assert api.get(GENERATIONS).status_code == 401


def test_a_disabled_project_is_refused_at_the_next_request(api, project):
    assert api.get(GENERATIONS).status_code == 200
    project.is_active = False
    project.save()
    assert api.get(GENERATIONS).status_code == 401


def test_after_a_rotation_the_new_key_works_and_the_old_one_does_not(api, api_key):
    _, text = rotate_api_key(api_key)
    assert api.get(GENERATIONS).status_code == 401
    assert ApiClient(text).get(GENERATIONS).status_code == 200
