"""How far a picture is: written at most once a second, under the fence, and shown while it is made."""

import threading

import pytest

from generations.models import Generation, Status
from generations.providers import ErrorCode, ProviderError
from generations.worker import progress, runner
from tests.claims import claim
from tests.client import GENERATIONS
from tests.factories import GenerationFactory
from tests.providers import png

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch):
    """Moves when the test says so."""
    seconds = [1000.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: seconds[0])
    return lambda by: seconds.__setitem__(0, seconds[0] + by)


@pytest.fixture
def claimed():
    return claim(GenerationFactory())


def written(generation):
    return Generation.objects.get(pk=generation.pk).progress


def test_a_share_is_written_to_the_row(claimed, clock):
    progress.Progress(claimed.claim, threading.Event())(0.25)
    assert written(claimed) == 0.25


def test_it_is_written_at_most_once_a_second(claimed, clock, django_assert_num_queries):
    report = progress.Progress(claimed.claim, threading.Event())
    with django_assert_num_queries(2):  # the row, and the notice of it
        for step in range(10):
            report(step / 10)
            clock(0.0999)
    assert written(claimed) == 0
    clock(0.01)
    report(0.9)
    assert written(claimed) == 0.9


@pytest.mark.parametrize(("share", "kept"), [(-1, 0), (1.5, 1), (float("inf"), 1), (float("nan"), None)])
def test_a_share_is_between_nought_and_one(claimed, clock, share, kept):
    progress.Progress(claimed.claim, threading.Event())(share)
    assert written(claimed) == kept


def test_a_worker_that_lost_its_claim_reports_nothing(claimed, clock):
    Generation.objects.update(status=Status.PENDING)
    claim(claimed)
    progress.Progress(claimed.claim, threading.Event())(0.5)
    assert written(claimed) is None


def test_a_client_sees_it_while_the_picture_is_made(provider, api, project):
    generation = GenerationFactory(project=project)
    seen = []

    def paint_in_steps(request):
        request.report_progress(0.4)
        seen.append(api.get(f"{GENERATIONS}/{generation.pk}").json()["data"]["progress"])
        return png()

    provider.answer = staticmethod(paint_in_steps)
    assert api.get(f"{GENERATIONS}/{generation.pk}").json()["data"]["progress"] is None
    runner.run("generations")
    assert seen == [0.4]
    assert api.get(f"{GENERATIONS}/{generation.pk}").json()["data"]["progress"] is None


def test_an_attempt_that_failed_leaves_none_behind(provider):
    def fail_half_way(request):
        request.report_progress(0.5)
        raise ProviderError("Busy.", code=ErrorCode.PROVIDER_RATE_LIMITED)

    provider.answer = staticmethod(fail_half_way)
    generation = GenerationFactory()
    runner.run("generations")
    assert written(generation) is None
