"""A provider that is down: who is asked, what it costs the jobs that wait, what is told of them, and how it ends."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from generations.models import Attempt, Breaker, Generation, Outcome, Status
from generations.providers import ErrorCode, ProviderError
from generations.queue import circuit_breaker
from generations.queue.circuit_breaker import CLOSED_AFTER, FAILURES_IN_A_ROW, PAUSE_S, Breakers
from generations.services import cancel_generation, get_generation, repeat_generation
from generations.worker import claiming, maintenance, runner
from projects.models import Project
from tests.factories import GenerationFactory, ProjectFactory
from tests.generations.queue.test_scheduling import in_threads
from tests.outages import DOWN
from tests.providers import Spare, png

pytestmark = pytest.mark.django_db

FREE = [ErrorCode.PROVIDER_UNAVAILABLE, ErrorCode.PROVIDER_RATE_LIMITED]
PAID = [ErrorCode.NO_IMAGE_RETURNED, ErrorCode.INVALID_IMAGE]


class SilentBell:
    """Counts how often it was rung."""

    def __init__(self) -> None:
        self.rung = 0

    def ring(self, times: int = 1, *, queue: str) -> None:
        self.rung += times

    def unanswered(self, queue: str) -> int:
        return 0


@pytest.fixture
def down(provider):
    """The provider cannot be reached, until the test calls this."""
    provider.answer = failing(ErrorCode.PROVIDER_UNAVAILABLE)

    def up():
        provider.answer = staticmethod(lambda request: png())

    return up


def failing(code, message=DOWN, **options):
    def answer(request):
        raise ProviderError(message, code=code, **options)

    return staticmethod(answer)


def work():
    """What a worker takes and does now, until nothing is left for it; how many attempts that were."""
    attempts = 0
    while runner.run("generations"):
        attempts += 1
    return attempts


def later(seconds, generations=None):
    """Let time pass: all that is kept of times is now longer ago."""
    for rows, names in (
        (
            Generation.objects.all() if generations is None else generations,
            ("created_at", "repeated_at", "next_attempt_at", "ring_at", "started_at", "updated_at"),
        ),
        (Attempt.objects.all(), ("started_at", "ended_at")),
        (Breaker.objects.all(), ("since", "retry_at")),
    ):
        rows.update(**{name: F(name) - timedelta(seconds=seconds) for name in names})


def waiting(count, **fields):
    return [GenerationFactory(**fields) for _ in range(count)]


def outage(provider):
    """Open the breaker, by as many jobs as that takes; return them."""
    provider.answer = failing(ErrorCode.PROVIDER_UNAVAILABLE)
    jobs = waiting(FAILURES_IN_A_ROW)
    assert work() == FAILURES_IN_A_ROW
    provider.calls = 0
    return jobs


# ── What it costs ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("code", FREE)
def test_a_provider_that_is_down_costs_no_retry(provider, code):
    provider.answer = failing(code)
    generation = GenerationFactory()
    for _ in range(10):
        later(400)
        assert work() == 1
    generation.refresh_from_db()
    assert (generation.status, generation.retries, generation.waits) == (Status.PENDING, 0, 10)
    assert (generation.error_code, generation.error_message, generation.retry_count) == (code, DOWN, 0)
    assert set(generation.attempts.values_list("outcome", flat=True)) == {Outcome.WAITING}


def test_when_it_is_back_the_picture_comes_and_no_retry_was_counted(provider, down):
    generation = GenerationFactory()
    work()
    later(10)
    down()
    work()
    generation.refresh_from_db()
    assert (generation.status, generation.attempt, generation.retry_count) == (Status.SUCCESS, 2, 0)
    assert (generation.error_code, generation.error_message, generation.retry_at) == ("", "", None)


@pytest.mark.parametrize("code", PAID)
def test_what_may_have_been_paid_keeps_its_budget_of_three_retries(provider, code):
    provider.answer = failing(code)
    generation = GenerationFactory()
    while work():
        later(400)
    generation.refresh_from_db()
    assert (generation.status, generation.error_code) == (Status.FAILED, code)
    assert (provider.calls, generation.retries, generation.waits, generation.retry_count) == (4, 3, 0, 3)


def test_one_that_has_answered_and_may_charge_is_not_asked_for_ever(provider):
    """Its picture is on a host that is down."""

    def answer(request):
        error = ProviderError(DOWN, code=ErrorCode.PROVIDER_UNAVAILABLE)
        error.paid = True
        raise error

    provider.answer = staticmethod(answer)
    generation = GenerationFactory()
    while work():
        later(400)
    generation.refresh_from_db()
    assert (generation.status, provider.calls, generation.waits) == (Status.FAILED, 4, 0)


def test_a_provider_that_paints_for_others_is_not_down_and_its_errors_count(provider):
    def crash_at_one(request):
        if request.original_prompt == "poison":
            raise ProviderError(DOWN, code=ErrorCode.PROVIDER_UNAVAILABLE)
        return png()

    provider.answer = staticmethod(crash_at_one)
    poison = GenerationFactory(original_prompt="poison")
    for _ in range(10):
        GenerationFactory()
        work()
        later(400)
    poison.refresh_from_db()
    assert (poison.status, poison.error_code) == (Status.FAILED, "PROVIDER_UNAVAILABLE")
    assert (poison.attempt, poison.waits, poison.retries) == (5, 1, 3)
    assert Generation.objects.filter(status=Status.SUCCESS).count() == 10


def test_pauses_of_one_job_grow_to_five_minutes(provider, down):
    generation = GenerationFactory()
    pauses = []
    for _ in range(8):
        work()
        generation.refresh_from_db()
        pauses.append((generation.next_attempt_at - generation.updated_at).total_seconds())
        later(400)
    for pause, usual in zip(pauses, (2, 8, 30, 60, 120, 300, 300, 300), strict=True):
        assert usual * 0.74 < pause < usual * 1.26


def test_a_provider_that_is_configured_no_more_has_not_been_asked(settings, provider):
    generation = GenerationFactory(project__image_provider="gone")
    work()
    generation.refresh_from_db()
    assert (generation.status, generation.waits, generation.error_code) == (
        Status.PENDING,
        1,
        "PROVIDER_UNAVAILABLE",
    )
    assert generation.error_message == "The image provider of this project is not available."


# ── Patience ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_job_waits_for_a_day_and_then_fails_with_what_it_waited_for(provider, down):
    generation = GenerationFactory()
    work()
    later(24 * 3600 - 60)
    work()
    generation.refresh_from_db()
    assert generation.status == Status.PENDING
    later(400)
    work()
    generation.refresh_from_db()
    assert (generation.status, generation.error_code, generation.error_message) == (
        Status.FAILED,
        "PROVIDER_UNAVAILABLE",
        DOWN,
    )
    assert generation.finished_at is not None


def test_one_that_was_old_when_the_outage_began_has_its_three_retries(provider, down):
    generation = GenerationFactory()
    later(48 * 3600)
    for _ in range(3):
        work()
        later(60)
    generation.refresh_from_db()
    assert (generation.status, generation.retries, generation.waits) == (Status.PENDING, 3, 0)
    work()
    generation.refresh_from_db()
    assert generation.status == Status.FAILED


def test_a_callers_retry_begins_a_new_day(provider, down):
    generation = GenerationFactory()
    work()
    later(25 * 3600)
    work()
    repeat_generation(generation.project, str(generation.pk))
    work()
    generation.refresh_from_db()
    assert generation.status == Status.PENDING
    later(25 * 3600)
    work()
    generation.refresh_from_db()
    assert generation.status == Status.FAILED


def test_without_patience_all_is_as_it_was(settings, provider):
    settings.OUTAGE_PATIENCE_S = 0
    jobs = outage(provider)
    for _ in range(3):
        later(400)
        work()
    assert {generation.status for generation in Generation.objects.all()} == {Status.FAILED}
    assert {generation.retries for generation in Generation.objects.all()} == {3}
    assert len(jobs) == Generation.objects.count()


def test_those_who_were_never_asked_lose_patience_too(provider):
    outage(provider)
    left = waiting(3)
    later(24 * 3600 + 1)
    young = GenerationFactory()
    assert maintenance.end_patience() == FAILURES_IN_A_ROW + 3
    for generation in Generation.objects.filter(pk__in=[row.pk for row in left]):
        assert (generation.status, generation.error_code, generation.attempt) == (
            Status.FAILED,
            "PROVIDER_UNAVAILABLE",
            0,
        )
        assert generation.error_message == DOWN
        assert generation.finished_at is not None
    young.refresh_from_db()
    assert young.status == Status.PENDING
    assert maintenance.end_patience() == 0


def test_a_short_outage_fails_nothing_however_old_it_is(provider):
    old = waiting(3)
    later(48 * 3600)
    Generation.objects.update(next_attempt_at=Now() + timedelta(hours=1))
    outage(provider)
    later(14 * 60)
    assert maintenance.end_patience() == 0
    later(120)
    assert maintenance.end_patience() == len(old)


# ── Who is asked ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_while_the_only_provider_is_down_nothing_is_taken(provider):
    outage(provider)
    waiting(20)
    assert work() == 0
    assert provider.calls == 0
    assert Generation.objects.filter(attempt=0).count() == 20


def test_different_failures_of_one_prompt_keep_nobody_out(provider):
    provider.answer = failing(ErrorCode.PROVIDER_UNAVAILABLE)
    GenerationFactory()
    for _ in range(3 * FAILURES_IN_A_ROW):
        later(400)
        work()
    assert not Breakers().look().resting()
    calls = provider.calls
    GenerationFactory()
    assert work() == 1
    assert provider.calls == calls + 1


def test_once_in_a_pause_one_finds_out_for_all(provider):
    outage(provider)
    waiting(20)
    for probes in range(1, 6):
        later(PAUSE_S + 1)
        assert work() == 1
        assert provider.calls == probes


def test_not_always_the_same_one_finds_out(provider):
    """Its prompt may be what the provider cannot do."""
    project = ProjectFactory()
    waiting(10, project=project)
    provider.answer = failing(ErrorCode.PROVIDER_UNAVAILABLE)
    work()
    untouched = project.generations.filter(attempt__lte=1)
    assert untouched.count() == 10
    for _ in range(12):
        later(PAUSE_S + 1)
        assert work() == 1
    assert 3 <= 10 - untouched.count() <= 6


def test_a_vendor_that_asks_for_more_time_gets_it(provider):
    provider.answer = failing(ErrorCode.PROVIDER_RATE_LIMITED, retry_after_s=600)
    waiting(FAILURES_IN_A_ROW + 1)
    work()
    later(599 - 5)
    assert work() == 0
    later(10)
    assert work() == 1


def test_one_that_times_out_is_probed_ever_less_often_and_no_job_fails(provider):
    """Whoever does not answer may charge all the same."""
    provider.answer = failing(ErrorCode.PROVIDER_TIMEOUT)
    waiting(20)
    work()
    provider.calls = 0
    for _ in range(2 * 60):
        later(60)
        work()
    assert 12 <= provider.calls <= 18
    assert not Generation.objects.filter(status=Status.FAILED).exists()
    assert max(Generation.objects.values_list("attempt", flat=True)) <= 4 + 3


def test_another_of_the_chain_is_asked_and_nothing_waits(settings, provider, monkeypatch):
    monkeypatch.setattr(Spare, "answer", staticmethod(lambda request: png()))
    settings.IMAGE_PROVIDERS |= {"second": {"BACKEND": "tests.providers.Spare"}}
    settings.IMAGE_PROVIDER_CHAIN = ["default", "second"]
    provider.answer = failing(ErrorCode.PROVIDER_UNAVAILABLE)
    waiting(FAILURES_IN_A_ROW + 20)
    assert work() == FAILURES_IN_A_ROW + 20
    assert provider.calls == FAILURES_IN_A_ROW
    assert set(Generation.objects.values_list("status", flat=True)) == {Status.SUCCESS}


def test_whoever_has_a_provider_of_its_own_does_not_wait_for_the_others(settings, provider, monkeypatch):
    monkeypatch.setattr(Spare, "answer", staticmethod(lambda request: png()))
    settings.IMAGE_PROVIDERS |= {"second": {"BACKEND": "tests.providers.Spare"}}
    outage(provider)
    waiting(2)
    own = GenerationFactory(project__image_provider="second")
    assert work() == 1
    own.refresh_from_db()
    assert own.status == Status.SUCCESS


def test_an_emptied_cache_lets_nobody_through(provider):
    outage(provider)
    waiting(20)
    cache.clear()
    assert work() == 0


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_one_finds_out(provider):
    outage(provider)
    waiting(20)
    later(PAUSE_S + 1)
    taken = in_threads(8, lambda: claiming.take("generations"))
    assert sum(generation is not None for generation in taken) == 1
    assert Generation.objects.filter(status=Status.PROCESSING).count() == 1


def test_nobody_rings_for_what_waits_and_once_for_a_probe(provider):
    outage(provider)
    waiting(20)
    Generation.objects.update(ring_at=Now())
    bell = SilentBell()
    assert (maintenance.ring_due(bell), bell.rung) == (0, 0)
    later(PAUSE_S + 1)
    maintenance.ring_due(bell)
    assert bell.rung == 1


# ── How it ends ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def slow(monkeypatch):
    """As if a picture took 1,000 s, which no machine is too slow for."""
    monkeypatch.setattr(circuit_breaker, "SHORTEST_CALL_S", 1000)


def test_those_who_waited_follow_one_by_one_and_ever_faster(provider, slow):
    """The first to come back leaves time for a second one, two leave it for a third, and so on."""
    outage(provider)
    waiting(30)
    later(PAUSE_S + 1)
    provider.answer = staticmethod(lambda request: png())
    runner.run("generations")
    for painted in range(1, CLOSED_AFTER):
        assert claiming.take("generations")  # in the place of the one that has come back
        assert not claiming.take("generations")
        if painted in {1, 2, 3}:
            later(1000 / (painted + 1) - 50)
            assert not claiming.take("generations")
            later(51)
            assert claiming.take("generations")
            assert not claiming.take("generations")
        Breakers().look().note_success("default", 1)
    assert not Breaker.objects.exists()
    assert work() == 30 + FAILURES_IN_A_ROW - CLOSED_AFTER - 3


def test_a_single_worker_goes_on_at_once(provider, slow):
    outage(provider)
    waiting(30)
    later(PAUSE_S + 1)
    provider.answer = staticmethod(lambda request: png())
    assert work() == 30 + FAILURES_IN_A_ROW
    assert not Breaker.objects.exists()


def test_a_failure_on_the_way_begins_the_pause_anew(provider, slow, monkeypatch):
    monkeypatch.setattr(circuit_breaker, "PAUSE_S", 1000)
    outage(provider)
    waiting(20)
    later(1001)
    provider.answer = staticmethod(lambda request: png())
    runner.run("generations")
    provider.answer = failing(ErrorCode.PROVIDER_UNAVAILABLE)
    assert [work(), work()] == [1, 0]
    later(900)
    assert work() == 0
    later(101)
    assert work() == 1


def test_what_had_a_pause_of_its_own_need_not_wait_for_its_end(provider):
    (job, *_) = outage(provider)
    Generation.objects.filter(pk=job.pk).update(next_attempt_at=Now() + timedelta(minutes=5))
    later(PAUSE_S + 1)
    provider.answer = staticmethod(lambda request: png())
    work()
    job.refresh_from_db()
    assert job.status == Status.SUCCESS or job.next_attempt_at < job.updated_at + timedelta(minutes=1)


def test_a_healthy_provider_costs_one_look(provider):
    GenerationFactory()
    with CaptureQueriesContext(connection) as captured:
        runner.run("generations")
    looks = [query["sql"] for query in captured.captured_queries if "generations_breaker" in query["sql"]]
    assert len(looks) == 1
    assert looks[0].startswith("SELECT")


# ── What is told ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_caller_sees_what_its_job_waits_for(api, project, provider):
    outage(provider)
    created = api.post("/api/v1/generations", {"prompt": "a cat"}).json()["data"]
    for data in (created, api.get(f"/api/v1/generations/{created['id']}").json()["data"]):
        assert (data["status"], data["errorCode"], data["errorMessage"]) == ("pending", "PROVIDER_UNAVAILABLE", DOWN)
        assert data["retryAt"] > data["createdAt"]
        assert (data["retryCount"], data["queuePosition"]) == (0, 1)
        assert data["estimatedWaitSeconds"] >= 25


def test_it_is_told_no_more_once_others_are_painted(project, provider, slow):
    outage(provider)
    waiting(3, project=project)
    later(PAUSE_S + 1)
    provider.answer = staticmethod(lambda request: png())
    runner.run("generations")
    left = project.generations.filter(status=Status.PENDING, attempt=0).first()
    generation = get_generation(project, str(left.pk), afresh=True)
    assert (generation.status, generation.error, generation.retry_at) == (Status.PENDING, ("", ""), None)


def test_an_ordinary_retry_tells_nothing(project, provider):
    provider.answer = failing(ErrorCode.NO_IMAGE_RETURNED)
    generation = GenerationFactory(project=project)
    work()
    generation = get_generation(project, str(generation.pk))
    assert (generation.status, generation.error, generation.retry_at) == (Status.PENDING, ("", ""), None)


def test_what_waits_can_be_canceled(project, provider):
    outage(provider)
    asked, unasked = GenerationFactory(project=project), GenerationFactory(project=project)
    later(PAUSE_S + 1)
    work()
    for generation in (asked, unasked):
        canceled = cancel_generation(project, str(generation.pk))
        assert (canceled.status, canceled.error_code, canceled.retry_at) == (Status.FAILED, "CANCELED", None)


# ── All of it ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_thousand_jobs_outlive_an_outage_of_three_hours_and_each_call_is_counted(provider, monkeypatch):
    """By the clock of the rows: four projects, one of them with most of the jobs."""
    projects = [ProjectFactory() for _ in range(4)]
    counts = (850, 50, 50, 50)
    Generation.objects.bulk_create(
        GenerationFactory.build(project=project, prompt=f"{project.slug}: a cat")
        for project, count in zip(projects, counts, strict=True)
        for _ in range(count)
    )
    asked = []

    def answer(request):
        asked.append(request.prompt.split(":")[0])
        if is_down:
            raise ProviderError(DOWN, code=ErrorCode.PROVIDER_UNAVAILABLE)
        return png()

    provider.answer, is_down = staticmethod(answer), True
    work()
    assert len(asked) == FAILURES_IN_A_ROW
    for _ in range(90):
        # What nobody has touched is due as it is.
        later(120, Generation.objects.filter(attempt__gt=0))
        work()
    Generation.objects.filter(attempt=0).update(created_at=Now() - timedelta(hours=3))
    probes = len(asked)
    assert FAILURES_IN_A_ROW + 80 <= probes <= FAILURES_IN_A_ROW + 90
    assert set(Generation.objects.values_list("status", flat=True)) == {Status.PENDING}

    is_down = False
    while Generation.objects.exclude(status=Status.SUCCESS).exists():
        Breaker.objects.update(retry_at=Now())
        work()
    assert len(asked) == provider.calls == Attempt.objects.count() == probes + 1000
    assert Generation.objects.filter(status=Status.SUCCESS, retries=0, deaths=0).count() == 1000
    assert sum(Generation.objects.values_list("waits", flat=True)) == probes
    # As long as all of them had something waiting, each had every fourth turn.
    shares = Counter(asked[probes : probes + 120])
    assert all(25 <= shares[project.slug] <= 35 for project in projects)


def test_one_projects_failures_fail_nobody_elses(provider):
    ones, others = ProjectFactory(), ProjectFactory()
    bad = waiting(FAILURES_IN_A_ROW, project=ones, original_prompt="poison")

    def crash_at_ones(request):
        if request.original_prompt == "poison":
            raise ProviderError(DOWN, code=ErrorCode.PROVIDER_UNAVAILABLE)
        return png()

    provider.answer = staticmethod(crash_at_ones)
    work()
    good = waiting(20, project=others)
    for _ in range(30):
        later(31)
        work()
    assert set(Generation.objects.filter(project=others).values_list("status", flat=True)) == {Status.SUCCESS}
    assert len(good) == 20
    assert Project.objects.get(pk=ones.pk).generations.count() == len(bad)
    assert circuit_breaker.FAILURES_IN_A_ROW == 5
