"""A row that cannot be claimed stops nobody else's, whatever is wrong with it; and no id is tried without end."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from generations import services
from generations.models import LAST_ATTEMPT, RETRY_LIMIT, Generation, Status
from generations.providers import ErrorCode, ProviderError
from generations.queue.leases import give_back
from generations.queue.scheduling import claim_next
from generations.worker import claiming, maintenance, runner
from tests.client import GENERATIONS
from tests.factories import GenerationFactory

pytestmark = pytest.mark.django_db

COMMON = "generations"
LARGEST = 32_767
REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'not this one'; END $$ LANGUAGE plpgsql;
CREATE TRIGGER refuse BEFORE UPDATE ON generations_generation FOR EACH ROW
    WHEN (NEW.status = 'processing' AND NEW.original_prompt = 'poison') EXECUTE FUNCTION refuse();
"""


def test_one_whose_attempts_cannot_be_counted_any_more_stops_nobody(project, other_project):
    GenerationFactory(project=project, attempt=LARGEST)
    own, others = GenerationFactory(project=project), GenerationFactory(project=other_project)
    assert [claim_next(Q()) for _ in range(3)] == [own, others, None]


def test_the_last_attempt_that_is_counted_is_far_from_the_columns_end(project):
    last = GenerationFactory(project=project, attempt=LAST_ATTEMPT - 1)
    assert claim_next(Q()) == last
    assert LAST_ATTEMPT < LARGEST


def test_after_the_last_attempt_it_fails_for_good(project, provider):
    def busy(request):
        raise ProviderError("Busy.", code=ErrorCode.PROVIDER_UNAVAILABLE)

    provider.answer = staticmethod(busy)
    refused = GenerationFactory(project=project, attempt=LAST_ATTEMPT - 1)
    runner.run(COMMON)
    lost = GenerationFactory(project=project, attempt=LAST_ATTEMPT - 1)
    assert claim_next(Q()) == lost
    Generation.objects.filter(pk=lost.pk).update(lease_until=Now() - timedelta(seconds=1))
    maintenance.free_stalled()
    given_back = GenerationFactory(project=project, attempt=LAST_ATTEMPT - 1)
    assert give_back(claim_next(Q()).claim)
    for ended in Generation.objects.in_bulk([refused.pk, lost.pk, given_back.pk]).values():
        assert (ended.status, ended.attempt, ended.lease_until) == (Status.FAILED, LAST_ATTEMPT, None)
        assert ended.finished_at
        assert ended.error_message


@pytest.fixture
def poison(project):
    """The oldest of its project; the database refuses that anybody claims it."""
    with connection.cursor() as cursor:
        cursor.execute(REFUSE)
    return GenerationFactory(project=project, original_prompt="poison")


def test_one_that_the_database_refuses_is_put_aside_and_others_are_taken(poison, project, other_project):
    own, others = GenerationFactory(project=project), GenerationFactory(project=other_project)
    taken = [claiming.take(COMMON) for _ in range(3)]
    assert set(taken[:2]) == {own, others}
    assert taken[2] is None
    poison.refresh_from_db()
    assert (poison.status, poison.attempt) == (Status.PENDING, 0)


def test_it_is_tried_again_after_a_minute(poison):
    assert claiming.take(COMMON) is None
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER refuse ON generations_generation")
    assert claiming.take(COMMON) is None
    Generation.objects.update(next_attempt_at=Now())
    assert claiming.take(COMMON) == poison


def test_one_id_is_not_retried_without_end(api, project):
    often = GenerationFactory(project=project, failed=True, attempt=RETRY_LIMIT)
    before = Generation.objects.values().get()
    answer = api.post(f"{GENERATIONS}/{often.pk}/retry")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "RETRY_LIMIT_REACHED")
    assert "create a new one" in answer.json()["error"]["message"]
    assert not services.retry_generation(often)
    assert Generation.objects.values().get() == before


def test_before_that_it_is(api, project):
    once_more = GenerationFactory(project=project, failed=True, attempt=RETRY_LIMIT - 1)
    assert api.post(f"{GENERATIONS}/{once_more.pk}/retry").status_code == 202
