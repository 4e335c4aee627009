"""What a caller may do about a generation that is under way, or that has failed."""

from uuid import uuid4

import pytest
from django.db.models.functions import Now

from generations.models import Generation, Status
from tests.claims import claim
from tests.client import GENERATIONS
from tests.factories import AttemptFactory, GenerationFactory

UNDER_WAY = {"pending": {}, "processing": {"processing": True}}
ENDED = {"success": {"success": True}, "failed": {"failed": True}}
NOT_FAILED = UNDER_WAY | {"success": {"success": True}}
VERBS = ("cancel", "retry")


def ask(api, verb, generation, **extra):
    return api.post(f"{GENERATIONS}/{getattr(generation, 'pk', generation)}/{verb}", **extra)


def refusal(answer):
    return answer.status_code, answer.json()["error"]["code"], answer.json()["error"]["message"]


def rows():
    return list(Generation.objects.order_by("pk").values())


# ── Cancel ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("traits", UNDER_WAY.values(), ids=UNDER_WAY)
def test_what_waits_or_runs_can_be_canceled(api, project, traits):
    generation = GenerationFactory(project=project, **traits)
    answer = ask(api, "cancel", generation)
    data = answer.json()["data"]
    assert answer.status_code == 202
    assert (data["status"], data["errorCode"], data["errorMessage"]) == (
        "failed",
        "CANCELED",
        "Canceled by the caller.",
    )
    assert data == api.get(answer["Location"]).json()["data"]
    assert answer["Location"] == f"{GENERATIONS}/{generation.pk}"
    assert "Retry-After" not in answer
    canceled = Generation.objects.get()
    assert (canceled.lease_until, canceled.progress) == (None, None)
    assert canceled.finished_at == canceled.updated_at > generation.updated_at


@pytest.mark.parametrize("traits", ENDED.values(), ids=ENDED)
def test_what_has_ended_cannot_be_canceled(api, project, traits):
    generation = GenerationFactory(project=project, **traits)
    before = rows()
    assert refusal(ask(api, "cancel", generation)) == (
        409,
        "GENERATION_FINISHED",
        "The generation has ended; there is nothing left to cancel.",
    )
    assert rows() == before


def test_canceling_twice_is_refused_the_second_time(api, project):
    generation = GenerationFactory(project=project)
    assert ask(api, "cancel", generation).status_code == 202
    before = rows()
    assert ask(api, "cancel", generation).status_code == 409
    assert rows() == before


# ── Retry ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_failed_one_runs_again_under_the_same_id(api, project):
    generation = GenerationFactory(project=project, failed=True, attempt=4, retries=3, deaths=1)
    answer = ask(api, "retry", generation)
    data = answer.json()["data"]
    assert answer.status_code == 202
    assert (data["id"], data["status"], data["retryCount"]) == (str(generation.pk), "pending", 3)
    assert (data["errorCode"], data["errorMessage"]) == (None, None)
    assert data == api.get(answer["Location"]).json()["data"]
    assert (answer["Location"], answer["Retry-After"]) == (f"{GENERATIONS}/{generation.pk}", "1")
    again = claim(generation)
    assert (again.attempt, again.retries, again.deaths, again.retry_count) == (5, 0, 0, 4)


def test_a_canceled_one_can_be_retried_and_canceled_again(api, project):
    generation = GenerationFactory(project=project)
    for _ in range(2):
        assert ask(api, "cancel", generation).json()["data"]["status"] == "failed"
        assert ask(api, "retry", generation).json()["data"]["status"] == "pending"
    assert Generation.objects.get().retry_count == 0


@pytest.mark.parametrize("traits", NOT_FAILED.values(), ids=NOT_FAILED)
def test_what_has_not_failed_cannot_be_retried(api, project, traits):
    generation = GenerationFactory(project=project, **traits)
    before = rows()
    assert refusal(ask(api, "retry", generation)) == (
        409,
        "GENERATION_NOT_FAILED",
        "The generation has not failed; only a failed one can be retried.",
    )
    assert rows() == before


# ── Both ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("verb", VERBS)
def test_what_is_not_there_for_the_caller_is_not_found_alike(api, project, other_project, verb):
    state = {"status": Status.FAILED} if verb == "retry" else {}
    theirs = GenerationFactory(project=other_project, **state)
    trashed = GenerationFactory(project=project, trashed=True, **state)
    before = rows()
    ids = [uuid4(), theirs.pk, trashed.pk, "nonsense", f"{{{theirs.pk}}}", "%00", "x" * 300]
    answers = [ask(api, verb, name, headers={"X-Request-Id": "the-same-id"}) for name in ids]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["error"]["code"] == "GENERATION_NOT_FOUND"
    counted = {"X-RateLimit-Remaining", "X-RateLimit-Reset"}
    assert len({tuple(item for item in answer.items() if item[0] not in counted) for answer in answers}) == 1
    assert rows() == before


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
def test_there_is_only_post(api, project, verb, method):
    generation = GenerationFactory(project=project)
    answer = getattr(api, method)(f"{GENERATIONS}/{generation.pk}/{verb}")
    assert (answer.status_code, answer["Allow"], answer["Content-Type"]) == (405, "POST", "application/json")
    assert method == "head" or answer.json()["error"]["code"] == "METHOD_NOT_ALLOWED"
    assert Generation.objects.get().status == Status.PENDING


@pytest.mark.parametrize("verb", VERBS)
def test_without_a_key_nothing_happens(nobody, verb):
    generation = GenerationFactory(failed=verb == "retry")
    before = rows()
    assert ask(nobody, verb, generation).status_code == 401
    assert rows() == before


@pytest.mark.parametrize("verb", VERBS)
def test_each_request_counts(api, project, verb):
    left = [int(ask(api, verb, GenerationFactory(project=project))["X-RateLimit-Remaining"]) for _ in range(2)]
    assert left[0] - left[1] == 1


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("", ""),
        ("", "application/x-www-form-urlencoded"),
        ("{}", "application/json"),
        ("{not json", "application/json"),
        ("why=changed+my+mind", "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_is_not_needed_nor_read(api, project, body, content_type):
    generation = GenerationFactory(project=project)
    for verb in ("cancel", "retry"):
        path = f"{GENERATIONS}/{generation.pk}/{verb}"
        assert api.generic("POST", path, body, content_type or None).status_code == 202


def notes(generation):
    return list(generation.attempts.values_list("number", "error_code", "error_message"))


def test_the_attempt_that_was_running_is_noted_as_canceled(api, project):
    generation = GenerationFactory(project=project, processing=True)
    ask(api, "cancel", generation)
    assert notes(generation) == [(1, "CANCELED", "Canceled by the caller.")]


def test_one_that_waited_for_its_next_attempt_keeps_the_note_of_its_last(api, project):
    generation = GenerationFactory(project=project, attempt=1, started_at=Now())
    AttemptFactory(generation=generation, number=1)
    ask(api, "cancel", generation)
    assert notes(generation) == [(1, "PROVIDER_RATE_LIMITED", "The provider is busy.")]


def test_one_that_was_never_taken_has_no_attempt_to_note(api, project):
    generation = GenerationFactory(project=project)
    ask(api, "cancel", generation)
    assert notes(generation) == []
