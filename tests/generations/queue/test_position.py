"""What a caller is told of the queue: its generation's place, a guess how long it waits, and that the queue is full."""

import threading
from collections import Counter
from contextlib import closing
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from enhancement import enhance
from generations.models import Attempt, Generation, Status
from generations.queue import position, snapshot
from generations.queue.position import rounded
from generations.queue.scheduling import claim_next
from generations.queue.snapshot import Queue, lookout
from projects.compiled_queries import bind
from projects.models import Project
from tests.client import GENERATIONS
from tests.factories import AttemptFactory, GenerationFactory, ProjectFactory
from tests.generations.queue.test_scheduling import many_waiting, rows_of

pytestmark = pytest.mark.django_db


def ago(**span):
    return timezone.now() - timedelta(**span)


def shown(answer):
    data = answer.json()["data"]
    return data["queuePosition"], data["estimatedWaitSeconds"]


def get(api, generation):
    lookout.forget()
    return shown(api.get(f"{GENERATIONS}/{generation.pk}"))


def took(seconds):
    """An attempt that has just ended."""
    ended = timezone.now()
    began = ended - timedelta(seconds=seconds)
    return AttemptFactory(generation__success=True, outcome="success", started_at=began, ended_at=ended)


# ── The place ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_in_an_empty_queue_is_next(api):
    assert shown(api.create()) == (1, None)


def test_a_projects_own_follow_each_other(api, project):
    positions = [shown(api.create())[0] for _ in range(3)]
    assert positions == [1, 2, 3]
    first, second, third = Generation.objects.waiting()
    assert [get(api, row)[0] for row in (first, second, third)] == [1, 2, 3]
    first.delete()
    assert [get(api, row)[0] for row in (second, third)] == [1, 2]


def test_others_take_turns_with_it(api, project, other_project):
    many_waiting(other_project, 10)
    lookout.forget()
    # A newcomer is next; then each of the others has as many turns as it has had.
    assert [shown(api.create())[0] for _ in range(3)] == [1, 3, 5]


def test_a_small_project_stands_before_its_own_few_only(api, project):
    small = ProjectFactory()
    GenerationFactory.create_batch(2, project=small)
    lookout.forget()
    assert [shown(api.create())[0] for _ in range(5)] == [1, 3, 5, 6, 7]


@pytest.mark.parametrize("counts", [(1, 1), (3, 1, 7), (5, 5, 5), (2, 9)])
def test_the_places_are_the_turns_that_a_worker_takes(counts):
    projects = [ProjectFactory() for _ in counts]
    for project, count in zip(projects, counts, strict=True):
        GenerationFactory.create_batch(count, project=project)
    waiting = list(Generation.objects.to_show())
    for project in projects:
        position.give_places(project, [row for row in waiting if row.project == project])
    told = sorted(waiting, key=lambda row: row.place.position)
    taken = []
    for _ in waiting:
        taken.append(claim_next(Q()))
        Generation.objects.finish(taken[-1].claim, status=Status.SUCCESS, finished_at=Now())
    assert told == taken
    assert [row.place.position for row in told] == list(range(1, len(waiting) + 1))


def test_another_queues_work_is_not_before_it(api, project, settings):
    settings.IMAGE_PROVIDERS = {
        "hosted": {"BACKEND": "tests.providers.Painter"},
        "local": {"BACKEND": "tests.providers.OnGpu"},
    }
    settings.IMAGE_PROVIDER_CHAIN = ["hosted"]
    GenerationFactory.create_batch(3, project__image_provider="local")
    api.create()
    assert shown(api.create())[0] == 2


@pytest.mark.parametrize("state", [{"processing": True}, {"success": True}, {"failed": True}])
def test_what_does_not_wait_has_no_place(api, project, state, django_assert_num_queries):
    generation = GenerationFactory(project=project, **state)
    assert get(api, generation) == (None, None)


def test_a_list_tells_each_ones_place(api, project, other_project):
    GenerationFactory.create_batch(2, project=project, success=True)
    GenerationFactory.create_batch(3, project=project)
    GenerationFactory(project=project, processing=True)
    GenerationFactory.create_batch(2, project=project)
    GenerationFactory(project=project, trashed=True)
    listed = api.get(f"{GENERATIONS}?includeDeleted=true").json()["data"]
    assert [row["queuePosition"] for row in listed] == [None, 5, 4, None, 3, 2, 1, None, None]
    page = api.get(f"{GENERATIONS}?limit=2&offset=1").json()["data"]
    assert [row["queuePosition"] for row in page] == [4, None]


def test_a_project_without_a_limit_is_counted_so_far_and_no_further(api, project, monkeypatch):
    monkeypatch.setattr(position, "MOST_COUNTED", 3)
    Project.objects.update(max_queued=0)
    assert [shown(api.create())[0] for _ in range(5)] == [1, 2, 3, None, None]
    newest, *_ = api.get(GENERATIONS).json()["data"]
    assert newest["queuePosition"] is None


# ── The estimate ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_guessed_from_how_long_the_last_ones_took_and_how_many_are_in_hand(api, project):
    for seconds in (8, 12):
        took(seconds)
    GenerationFactory.create_batch(2, processing=True)
    lookout.forget()
    assert [shown(api.create()) for _ in range(4)] == [(1, 5), (2, 10), (3, 15), (4, 20)]


def test_nothing_is_guessed_where_nobody_works(api, project):
    took(8)
    assert shown(api.create()) == (1, None)


def test_nor_from_what_took_its_time_long_ago_or_was_lost(api, project):
    GenerationFactory(processing=True)
    AttemptFactory(outcome="success", started_at=ago(hours=2), ended_at=ago(hours=1))
    AttemptFactory(outcome="lost", started_at=ago(minutes=5), ended_at=ago(minutes=1))
    assert shown(api.create()) == (1, None)


def test_a_projects_own_limit_makes_it_wait_longer(api, project):
    Project.objects.filter(pk=project.pk).update(max_concurrent=1)
    took(10)
    GenerationFactory.create_batch(4, processing=True)
    assert [shown(api.create())[1] for _ in range(2)] == [10, 20]


def test_a_postponed_one_waits_for_its_pause_at_least(api, project):
    generation = GenerationFactory(project=project, next_attempt_at=Now() + timedelta(seconds=42))
    assert get(api, generation) == (1, 45)


def test_a_web_process_whose_clock_is_wrong_takes_it_for_no_pause(api, project, monkeypatch):
    took(10)
    GenerationFactory(processing=True)
    two_hours_ago = ago(hours=2)
    monkeypatch.setattr("django.utils.timezone.now", lambda: two_hours_ago)
    waiting = GenerationFactory(project=project)
    assert get(api, waiting) == (1, 10)


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, 0), (0.1, 5), (5, 5), (58, 60), (61, 90), (599, 600), (601, 900), (7_201, 7_500)]
)
def test_the_guess_is_coarse(seconds, shown):
    assert rounded(seconds) == shown


def test_a_poll_of_what_waits_is_304_while_its_place_is_the_same(api, project, other_project):
    took(3.1)
    GenerationFactory(processing=True)
    (waits, behind) = (api.create().json()["data"]["id"] for _ in range(2))
    etag = api.get(f"{GENERATIONS}/{behind}")["ETag"]
    took(3.3)
    lookout.forget()
    assert api.get(f"{GENERATIONS}/{behind}", headers={"If-None-Match": etag}).status_code == 304
    Generation.objects.filter(pk=waits).delete()
    lookout.forget()
    assert api.get(f"{GENERATIONS}/{behind}", headers={"If-None-Match": etag}).status_code == 200


# ── The look at the queue ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_queue_is_looked_at_once_a_second_and_not_for_each_request(monkeypatch):
    looks = []
    monkeypatch.setattr(snapshot, "look", lambda: looks.append(1) or {})
    monkeypatch.setattr(snapshot, "LOOK_AGAIN_AFTER_S", 3600)
    for _ in range(5):
        assert lookout.queue("generations").waiting == {}
    assert len(looks) == 1


def test_a_look_that_takes_long_is_repeated_seldom(monkeypatch):
    now = iter([0.0, 0.0, 3.0])
    monkeypatch.setattr(snapshot.time, "monotonic", lambda: next(now))
    monkeypatch.setattr(snapshot, "look", dict)
    lookout.queue("generations")
    assert lookout._look_again_at == 60


def test_nobody_waits_while_somebody_looks(monkeypatch):
    lookout.queue("generations")
    looking, seen = threading.Event(), threading.Event()

    def look():
        looking.set()
        assert seen.wait(10)
        return {"generations": Queue(in_hand=7)}

    def look_in_a_thread():
        with closing(connection):
            lookout.queue("generations")

    monkeypatch.setattr(snapshot, "look", look)
    lookout._look_again_at = 0
    thread = threading.Thread(target=look_in_a_thread)
    thread.start()
    assert looking.wait(10)
    assert lookout.queue("generations").in_hand == 0
    seen.set()
    thread.join()
    assert lookout.queue("generations").in_hand == 7


# ── The queue is full ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def enhanced(monkeypatch):
    """The prompts that were enhanced."""
    prompts = []
    monkeypatch.setattr(
        "generations.services.creation.enhance_aside", lambda *args: prompts.append(args[0]) or enhance(*args)
    )
    return prompts


def test_a_full_queue_is_refused_before_anything_is_enhanced_or_stored(api, project, settings, enhanced):
    settings.MAX_QUEUED = 2
    assert [api.create().status_code for _ in range(2)] == [201, 201]
    enhanced.clear()
    answer = api.create()
    assert answer.status_code == 429
    assert answer.json()["error"]["code"] == "QUEUE_FULL"
    assert answer["Retry-After"] == "5"
    assert int(answer["X-RateLimit-Remaining"]) < int(answer["X-RateLimit-Limit"])
    assert "X-RateLimit-Reset" in answer
    assert enhanced == []
    assert Generation.objects.count() == 2


def test_there_is_room_again_when_one_is_taken(api, project, settings):
    settings.MAX_QUEUED = 1
    api.create()
    assert api.create().status_code == 429
    claim_next(Q())
    assert api.create().status_code == 201


def test_one_projects_full_queue_is_no_others(api, project, other_project, settings):
    settings.MAX_QUEUED = 1
    GenerationFactory.create_batch(3, project=other_project)
    assert api.create().status_code == 201


@pytest.mark.parametrize(("own", "taken"), [(None, 2), (1, 1), (3, 3), (0, 4)])
def test_a_projects_own_limit_comes_before_the_usual_one_and_0_is_none(api, project, settings, own, taken):
    settings.MAX_QUEUED = 2
    Project.objects.update(max_queued=own)
    assert Counter(api.create().status_code for _ in range(4))[201] == taken


def test_it_says_when_a_place_may_become_free(api, project, settings):
    settings.MAX_QUEUED = 1
    GenerationFactory(project=project)
    for seconds, said in ((20, "10"), (1000, "60"), (0.1, "1")):
        Attempt.objects.all().delete()
        took(seconds)
        GenerationFactory.create_batch(2 - Generation.objects.filter(status=Status.PROCESSING).count(), processing=True)
        lookout.forget()
        assert api.create()["Retry-After"] == said


def test_a_refused_one_gives_its_idempotency_key_back(api, project, settings):
    settings.MAX_QUEUED = 1
    waits = GenerationFactory(project=project)
    assert api.create_once("key").status_code == 429
    waits.delete()
    assert api.create_once("key").status_code == 201


def test_a_retry_needs_room_too(api, project, settings):
    settings.MAX_QUEUED = 1
    failed = GenerationFactory(project=project, failed=True)
    waits = GenerationFactory(project=project)
    assert api.post(f"{GENERATIONS}/{failed.pk}/retry").json()["error"]["code"] == "QUEUE_FULL"
    failed.refresh_from_db()
    assert failed.status == Status.FAILED
    waits.delete()
    answer = api.post(f"{GENERATIONS}/{failed.pk}/retry")
    assert (answer.status_code, shown(answer)[0]) == (202, 1)


# ── What it costs ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_look_at_the_queue_is_three_queries(django_assert_num_queries):
    GenerationFactory(processing=True)
    many_waiting(ProjectFactory(), 10)
    took(1)
    with django_assert_num_queries(3):
        assert snapshot.look()["generations"].in_hand == 1


@pytest.mark.parametrize("query", [position.WAITING, position.OLDER], ids=["all that wait", "those before"])
def test_a_rank_is_counted_without_reading_what_has_ended(project, query):
    many_waiting(project, 10_000)
    Generation.objects.update(status=Status.SUCCESS)
    many_waiting(project, 500)
    sql, params = query._sql
    values = {"project": project.pk, "id": project.generations.waiting().last().pk}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", [*bind(params, values), 1000])
        ((plan,),) = cursor.fetchall()
    assert 500 < rows_of(plan[0]["Plan"]) < 500 * 6
