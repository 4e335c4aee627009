"""Idempotency-Key: what is sent again creates nothing again, and is answered as it was the first time."""

import json
import re
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError
from django.db.models import F
from django.db.models.functions import Now
from hypothesis import example, given
from hypothesis import strategies as st
from rest_framework.exceptions import ValidationError

from generations.models import Generation
from generations.services import creation
from projects.api.idempotency.answering import HEADER, read_key
from projects.api.idempotency.reservations import reserve
from projects.api.schema.operations import IDEMPOTENCY_PARAMETERS
from projects.models import IdempotencyKey
from tests.client import GENERATIONS, ApiClient
from tests.factories import ApiKeyFactory, GenerationFactory, WebhookFactory

BODY = {"prompt": "a cat", "aspectRatio": "16:9", "meta": {"order": 7, "tags": ["ü", None]}}
A_MOMENT = timedelta(seconds=1)


def post(api, key="k1", body=None, path=GENERATIONS, **headers):
    return api.post(path, BODY if body is None else body, headers={"Idempotency-Key": key} | headers)


def error(answer):
    return answer.status_code, answer.json()["error"]["code"]


def assert_same_again(first, again):
    assert (again.status_code, again.content) == (first.status_code, first.content)
    for name in ("Location", "Content-Type", "Retry-After"):
        assert again[name] == first[name]
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"


# ── Sent again ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_request_again_is_answered_the_same_and_creates_nothing(api):
    first = post(api)
    assert first.status_code == 201
    assert_same_again(first, post(api))
    assert_same_again(first, post(api))
    assert str(Generation.objects.get().pk) == first.json()["data"]["id"]


def test_the_first_answer_comes_again_whatever_became_of_the_generation(api):
    first = post(api)
    Generation.objects.update(status="failed", error_message="No.", updated_at=Now())
    assert_same_again(first, post(api))
    assert api.delete(first["Location"]).status_code == 200
    again = post(api)
    assert (again.status_code, again["Location"], again["Idempotency-Replayed"]) == (201, first["Location"], "true")
    written = {"prompt": "", "originalPrompt": "", "meta": {}}
    assert again.json()["data"] == first.json()["data"] | written  # what the caller wrote went with the row
    assert not Generation.objects.exists()


def test_without_a_key_each_request_creates_one(api):
    assert [api.create().status_code for _ in range(2)] == [201, 201]
    assert Generation.objects.count() == 2
    assert not IdempotencyKey.objects.exists()


def test_another_key_creates_another(api):
    assert post(api, "k1").json()["data"]["id"] != post(api, "k2").json()["data"]["id"]
    assert Generation.objects.count() == 2


def test_another_project_may_use_the_same_key(api, other_project):
    theirs = ApiClient(ApiKeyFactory(project=other_project).text)
    first = post(api)
    answer = post(theirs, body={"prompt": "a dog"})
    assert answer.status_code == 201
    assert answer.json()["data"]["projectId"] == str(other_project.pk)
    assert_same_again(first, post(api))
    assert Generation.objects.count() == 2


def test_another_api_key_of_the_same_project_finds_what_the_first_one_made(api, project):
    assert_same_again(post(api), post(ApiClient(ApiKeyFactory(project=project).text)))


@pytest.mark.parametrize(
    "body",
    [
        {"prompt": "a dog"},
        BODY | {"aspectRatio": "9:16"},
        BODY | {"meta": {"order": 8, "tags": ["ü", None]}},
        BODY | {"meta": {"order": 7, "tags": [None, "ü"]}},
        BODY | {"unknown": 1},
    ],
)
def test_a_key_that_was_used_for_another_body_is_refused(api, body):
    first = post(api)
    answer = post(api, body=body)
    assert error(answer) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert Generation.objects.count() == 1
    assert_same_again(first, post(api))


def test_the_same_body_may_be_written_otherwise(api):
    first = post(api)
    again = json.dumps(dict(reversed(BODY.items())), indent=2, ensure_ascii=True)
    assert_same_again(first, post(api, body=again))


def test_what_a_client_prefers_is_no_part_of_the_request(api):
    first = post(api, Prefer="respond-async")
    assert_same_again(first, post(api, **{"X-Request-Id": "another-request"}))


def test_the_same_text_with_and_without_quotes_is_the_same_key(api):
    first = post(api, '"8e03978e-40d5-43dd-bc93-6894a57f9324"')
    assert_same_again(first, post(api, "8e03978e-40d5-43dd-bc93-6894a57f9324"))
    assert IdempotencyKey.objects.get().key == "8e03978e-40d5-43dd-bc93-6894a57f9324"


@pytest.mark.parametrize("key", ["", '""', " ", "é", "a\tb", "a" * 256, f'"{"a" * 256}"'])
def test_what_is_no_key_is_refused_and_creates_nothing(api, key):
    answer = post(api, key)
    assert error(answer) == (400, "VALIDATION_ERROR")
    message = "Must be 1 to 255 printable ASCII characters."
    assert answer.json()["error"]["details"] == {"Idempotency-Key": [message]}
    assert not Generation.objects.exists()


@pytest.mark.parametrize("key", ["a", '"', '"a', "~ !", "a" * 255, f'"{"a" * 255}"', "%s' OR 1=1 --"])
def test_whatever_is_printable_is_a_key(api, key):
    assert_same_again(post(api, key), post(api, key))


QUOTES = st.sampled_from(["", '"'])


@given(
    st.text('"a ~é', max_size=5)
    | st.builds(lambda before, length, after: before + "a" * length + after, QUOTES, st.integers(253, 256), QUOTES)
)
@example('""')
def test_the_document_describes_each_key_that_is_taken_and_no_other(value):
    """A header's value has no spaces around it."""
    [schema] = [parameter.type for parameter in IDEMPOTENCY_PARAMETERS if parameter.name == HEADER]
    try:
        key = read_key(SimpleNamespace(headers={HEADER: value}))
    except ValidationError:
        key = None
    assert bool(re.fullmatch(schema["pattern"], value.strip())) == bool(key)


def test_a_get_has_no_use_for_it(api):
    path = post(api)["Location"]
    assert api.get(path, headers={"Idempotency-Key": ""}).status_code == 200
    assert api.delete(path, headers={"Idempotency-Key": "k1"}).status_code == 200


def test_a_replay_counts_as_any_other_request(project):
    api = ApiClient(ApiKeyFactory(project=project, rate_limit_per_hour=2).text)
    assert [post(api)["X-RateLimit-Remaining"] for _ in range(2)] == ["1", "0"]
    assert error(post(api)) == (429, "RATE_LIMIT_EXCEEDED")


def test_what_is_kept_tells_where_it_came_from_and_what_came_of_it(api, project):
    first = post(api)
    kept = IdempotencyKey.objects.get()
    assert (kept.project, kept.status_code, kept.body) == (project, 201, first.content.decode())
    assert (kept.resource_type, kept.resource_id) == ("generations.generation", UUID(first.json()["data"]["id"]))
    assert kept.expires_at - kept.created_at == timedelta(hours=24)


# ── While the first is under way ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def under_way(project, api):
    """A first request with the key k1, as it stands while it enhances its prompt."""
    post(api)
    Generation.objects.all().delete()
    IdempotencyKey.objects.update(status_code=None, body="", headers={}, resource_type="", resource_id=None)
    return IdempotencyKey.objects.get()


def test_meanwhile_the_second_is_told_to_come_again(api, under_way):
    answer = post(api)
    assert error(answer) == (409, "IDEMPOTENCY_KEY_IN_USE")
    assert answer["Retry-After"] == "1"
    assert not Generation.objects.exists()


def test_meanwhile_another_body_is_refused_for_good(api, under_way):
    assert error(post(api, body={"prompt": "a dog"})) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_a_key_whose_request_died_is_taken_over_when_its_lock_has_run_out(api, under_way):
    IdempotencyKey.objects.update(locked_until=Now() + A_MOMENT)
    assert error(post(api)) == (409, "IDEMPOTENCY_KEY_IN_USE")
    IdempotencyKey.objects.update(locked_until=Now())
    first = post(api)
    assert first.status_code == 201
    assert_same_again(first, post(api))
    assert Generation.objects.count() == 1


def test_a_dead_request_asked_for_nothing_so_another_body_may_have_its_key(api, under_way):
    IdempotencyKey.objects.update(locked_until=Now())
    first = post(api, body={"prompt": "a dog"})
    assert first.status_code == 201
    assert error(post(api)) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_a_request_that_was_too_slow_and_lost_its_key_creates_nothing(api, project, monkeypatch):
    enhance = creation.enhance_aside
    answers = []

    def enhance_too_slowly(*args):
        monkeypatch.undo()
        IdempotencyKey.objects.update(locked_until=Now())
        answers.append(post(api))
        return enhance(*args)

    monkeypatch.setattr(creation, "enhance_aside", enhance_too_slowly)
    assert error(post(api)) == (409, "IDEMPOTENCY_KEY_IN_USE")
    assert answers[0].status_code == 201
    assert str(Generation.objects.get().pk) == answers[0].json()["data"]["id"]
    assert_same_again(answers[0], post(api))


# ── A first that came to nothing ─────────────────────────────────────────────────────────────────────────────────────


def test_a_refused_body_takes_no_key(api):
    assert post(api, body={"prompt": 1}).status_code == 400
    assert not IdempotencyKey.objects.exists()
    assert post(api).status_code == 201


@pytest.mark.parametrize(
    ("failure", "status"), [(RuntimeError("a bug"), 500), (OperationalError("the database restarts"), 503)]
)
@pytest.mark.parametrize("where", ["enhance_aside", "NEW_GENERATION"])
def test_a_request_that_failed_gives_its_key_back(api, monkeypatch, failure, status, where):
    def fail(*args, **kwargs):
        raise failure

    with monkeypatch.context() as broken:
        broken.setattr(creation.connection, "close", lambda: None)
        broken.setattr(*((creation.NEW_GENERATION, "run") if where == "NEW_GENERATION" else (creation, where)), fail)
        assert post(api).status_code == status
    assert not IdempotencyKey.objects.exists()
    assert not Generation.objects.exists()
    assert post(api, body={"prompt": "a dog"}).status_code == 201


def test_an_answer_that_cannot_be_kept_takes_the_generation_with_it(api, monkeypatch):
    monkeypatch.setattr("projects.api.idempotency.answering.keep_answer", lambda *args, **kwargs: 1 / 0)
    assert post(api).status_code == 500
    assert not Generation.objects.exists()
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("happened", [True, False])
def test_a_commit_whose_answer_was_lost_is_looked_up_and_the_key_agrees(api, monkeypatch, happened):
    insert = creation.insert_and_record

    def lose_the_answer(*args):
        if happened:
            insert(*args)
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as broken:
        broken.setattr(creation, "insert_and_record", lose_the_answer)
        first = post(api)
    assert first.status_code == (201 if happened else 503)
    again = post(api)
    if happened:
        assert_same_again(first, again)
    assert (again.status_code, Generation.objects.count()) == (201, 1)


def test_a_body_as_deep_as_can_be_parsed_is_no_crash(api, monkeypatch):
    for depth in (*range(900, 1000, 7), 100_000):
        body = f'{{"prompt": "a cat", "unknown": {"[" * depth}{"]" * depth}}}'
        assert post(api, f"depth-{depth}", body=body).status_code in (201, 400)
    # Which of the two gives up first, parser or writer, is Python's own business and differs by version.
    deeper = []
    for _ in range(100_000):
        deeper = [deeper]
    monkeypatch.setattr("projects.api.parsers.loads", lambda body: {"prompt": "a cat", "unknown": deeper})
    answer = post(api, "deeper")
    assert error(answer) == (400, "VALIDATION_ERROR")
    assert answer.json()["error"]["details"] == {"body": ["The body is nested too deeply."]}


# ── A day later ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_expired_key_counts_as_absent(api):
    first = post(api)
    IdempotencyKey.objects.update(expires_at=F("expires_at") - timedelta(hours=24) + A_MOMENT * 30)
    assert_same_again(first, post(api))
    IdempotencyKey.objects.update(expires_at=Now())
    second = post(api, body={"prompt": "a dog"})
    assert (second.status_code, Generation.objects.count()) == (201, 2)
    assert_same_again(second, post(api, body={"prompt": "a dog"}))
    kept = IdempotencyKey.objects.get()
    assert kept.expires_at - kept.created_at == timedelta(hours=24)


def test_the_settings_say_how_long(project, settings):
    settings.IDEMPOTENCY_KEY_LIFE, settings.IDEMPOTENCY_LOCK_S = timedelta(hours=2), 60
    reserve(project, str(uuid4()), "0" * 64)
    kept = IdempotencyKey.objects.get()
    assert kept.expires_at - kept.created_at == timedelta(hours=2)
    assert kept.locked_until - kept.created_at == timedelta(minutes=1)


# ── Every other POST ─────────────────────────────────────────────────────────────────────────────────────────────────


def post_again(api, path, key="k1", **headers):
    """Twice, with one key; a body is not read."""
    return [api.post(path, b"{not json", headers={"Idempotency-Key": key} | headers) for _ in range(2)]


def test_a_cancellation_that_is_sent_again_is_answered_as_it_was(api, project):
    path = f"{GENERATIONS}/{GenerationFactory(project=project).pk}/cancel"
    first, again = post_again(api, path)
    assert (first.status_code, first.json()["data"]["errorCode"]) == (202, "CANCELED")
    assert (again.status_code, again.content, again["Location"]) == (202, first.content, first["Location"])
    assert again["Idempotency-Replayed"] == "true"
    assert error(post_again(api, path, "k2")[0]) == (409, "GENERATION_FINISHED")


def test_a_retry_that_is_sent_again_runs_nothing_again(api, project):
    generation = GenerationFactory(project=project, failed=True)
    path = f"{GENERATIONS}/{generation.pk}/retry"
    first, again = post_again(api, path)
    assert_same_again(first, again)
    assert (first.status_code, first.json()["data"]["status"]) == (202, "pending")
    Generation.objects.update(status="failed")
    assert_same_again(first, post_again(api, path)[0])
    assert Generation.objects.get().status == "failed"
    kept = IdempotencyKey.objects.get()
    assert (kept.resource_type, kept.resource_id) == ("generations.generation", generation.pk)


def test_what_was_refused_gives_its_key_back_and_may_be_done_later(api, project):
    path = f"{GENERATIONS}/{GenerationFactory(project=project, success=True).pk}/retry"
    assert error(post_again(api, path)[1]) == (409, "GENERATION_NOT_FAILED")
    assert not IdempotencyKey.objects.exists()
    Generation.objects.update(status="failed")
    assert post_again(api, path)[0].status_code == 202


def test_a_key_is_for_one_of_them(api, project):
    path = f"{GENERATIONS}/{GenerationFactory(project=project, failed=True).pk}"
    assert post_again(api, f"{path}/retry")[0].status_code == 202
    assert error(post_again(api, f"{path}/cancel")[0]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert Generation.objects.get().status == "pending"


def test_a_change_and_its_answer_are_there_or_neither(api, project, monkeypatch):
    path = f"{GENERATIONS}/{GenerationFactory(project=project, failed=True).pk}/retry"
    monkeypatch.setattr("projects.api.idempotency.answering.keep_answer", lambda *args, **kwargs: 1 / 0)
    assert post_again(api, path)[0].status_code == 500
    assert Generation.objects.get().status == "failed"
    assert not IdempotencyKey.objects.exists()


def test_a_secret_is_rotated_once_and_shown_again(api, project):
    webhook = WebhookFactory(project=project)
    first, again = post_again(api, f"/api/v1/webhooks/{webhook.pk}/rotate-secret")
    assert (first.status_code, again["Idempotency-Replayed"]) == (200, "true")
    assert first.json() == again.json()
    webhook.refresh_from_db()
    assert first.json()["data"]["secret"] == webhook.secret
    assert webhook.secret not in IdempotencyKey.objects.get().body


def test_a_webhook_is_tried_once_and_a_delivery_sent_again_once(api, project):
    webhook = WebhookFactory(project=project)
    path = f"/api/v1/webhooks/{webhook.pk}"
    first, again = post_again(api, f"{path}/test")
    assert (first.status_code, again.content, again["Location"]) == (202, first.content, first["Location"])
    delivery = webhook.deliveries.get()
    webhook.deliveries.update(status="delivered")
    first, again = post_again(api, f"{path}/deliveries/{delivery.pk}/resend", "k2")
    assert (first.status_code, again.content, again["Idempotency-Replayed"]) == (202, first.content, "true")
    webhook.deliveries.update(status="delivered")
    post_again(api, f"{path}/deliveries/{delivery.pk}/resend", "k2")
    assert webhook.deliveries.get().status == "delivered"
    webhook.delete()
    assert post_again(api, f"{path}/test")[0].status_code == 202


@pytest.mark.parametrize("prefer", ["", "wait=1"])
def test_after_a_deletion_the_first_answer_comes_again_however_patient_one_is(api, prefer):
    first = post(api, Prefer=prefer)
    assert api.delete(first["Location"]).status_code == 200
    again = post(api, Prefer=prefer)
    assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
    assert again.json()["data"]["id"] == first.json()["data"]["id"]
    assert "Preference-Applied" not in again
