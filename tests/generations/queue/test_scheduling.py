"""Fairness: whose generation is next, how many of a project are in hand at a time, and what it costs to find out."""

import threading
from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from generations import services
from generations.models import Generation, Status
from generations.queue import scheduling
from generations.queue.scheduling import ProjectAtLimit, anything_to_claim, claim_next
from generations.worker import claiming
from projects.compiled_queries import bind
from projects.models import Project
from tests.factories import GenerationFactory, ProjectFactory

pytestmark = pytest.mark.django_db

COMMON = "generations"
POSTPONED_OF_EACH = 1_000
MIDDLE = UUID("80000000-0000-4000-8000-000000000000")


def waiting(project, count=1, **fields):
    return [GenerationFactory(project=project, **fields) for _ in range(count)]


def many_waiting(project, count):
    """So many copies of one, in one statement."""
    (first,) = waiting(project)
    names = [f'"{field.column}"' for field in Generation._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO generations_generation (id, {columns}) SELECT gen_random_uuid(), {columns}"
            " FROM generations_generation, generate_series(2, %s) WHERE id = %s",
            [count, first.pk],
        )


def finish(generation):
    """Done, with nothing painted."""
    Generation.objects.finish(generation.claim, status=Status.SUCCESS, finished_at=Now())


def turns_of_one_worker(count):
    """Whose generations it takes, one after the other."""
    taken = []
    for _ in range(count):
        generation = claim_next(Q())
        taken.append(generation)
        finish(generation)
    return taken


def in_threads(count, work):
    """Let so many threads begin at once; what they return, and their connections closed."""
    start, results = threading.Barrier(count), []

    def run():
        start.wait()
        try:
            results.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == count
    return results


# ── Turns ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_thousand_of_one_project_do_not_stand_before_anothers_one(project, other_project):
    many_waiting(project, 1000)
    (one,) = waiting(other_project)
    assert one in turns_of_one_worker(2)


def test_one_worker_goes_round_the_projects():
    projects = [ProjectFactory() for _ in range(3)]
    for project, count in zip(projects, (5, 2, 3), strict=True):
        waiting(project, count)
    a, b, c = projects
    assert [generation.project for generation in turns_of_one_worker(10)] == [a, b, c, a, b, c, a, c, a, a]


def test_within_a_project_the_oldest_is_first(project):
    middle, oldest, newest = (waiting(project, created_at=timezone.now() - timedelta(minutes=m))[0] for m in (2, 3, 1))
    assert turns_of_one_worker(3) == [oldest, middle, newest]


def test_of_the_same_moment_the_larger_id_is_first(project):
    rows = waiting(project, 5, created_at=timezone.now())
    assert turns_of_one_worker(5) == sorted(rows, key=lambda row: row.pk, reverse=True)


def test_many_workers_are_shared_out_evenly_and_what_one_does_not_need_is_the_others():
    big, small, other = (ProjectFactory() for _ in range(3))
    for project, count in ((big, 20), (small, 1), (other, 20)):
        waiting(project, count)
    assert Counter(claim_next(Q()).project for _ in range(9)) == {big: 4, small: 1, other: 4}


def test_a_newcomer_is_next(project, other_project):
    waiting(project, 10)
    for _ in range(3):
        claim_next(Q())
    (newcomer,) = waiting(other_project)
    assert claim_next(Q()) == newcomer


@pytest.mark.parametrize(
    "not_there",
    [
        {"next_attempt_at": Now() + timedelta(seconds=5)},
        {"deleted_at": Now()},
        {"processing": True},
        {"failed": True},
        {"success": True},
    ],
    ids=["postponed", "in the trash", "processing", "failed", "success"],
)
def test_what_cannot_be_taken_gives_its_project_no_turn(project, other_project, not_there):
    waiting(project, **not_there)
    (ready,) = waiting(other_project)
    assert [claim_next(Q()), claim_next(Q())] == [ready, None]
    assert not anything_to_claim(Q())


def test_a_postponed_one_keeps_its_place_for_when_it_is_due(project):
    postponed, *rest = waiting(project, 3)
    Generation.objects.filter(pk=postponed.pk).update(next_attempt_at=Now() + timedelta(minutes=1))
    assert claim_next(Q()) == rest[0]
    Generation.objects.filter(pk=postponed.pk).update(next_attempt_at=Now())
    assert claim_next(Q()) == postponed


def test_workers_take_only_what_their_queue_is_for(settings, project):
    settings.IMAGE_PROVIDERS = {
        "hosted": {"BACKEND": "tests.providers.Painter"},
        "local": {"BACKEND": "tests.providers.OnGpu"},
    }
    settings.IMAGE_PROVIDER_CHAIN = ["hosted"]
    usual, special, gone = (
        GenerationFactory(project__image_provider=name, project__slug=name or "usual") for name in ("", "local", "gone")
    )
    assert [claiming.take("gpu"), claiming.take("gpu")] == [special, None]
    assert [claiming.take(COMMON), claiming.take(COMMON), claiming.take(COMMON)] == [usual, gone, None]


# ── Limits ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_more_than_max_concurrent_of_a_project_are_in_hand(settings, project, other_project):
    settings.MAX_CONCURRENT = 2
    waiting(project, 5)
    assert [claim_next(Q()) is not None for _ in range(4)] == [True, True, False, False]
    assert not anything_to_claim(Q())
    (others,) = waiting(other_project)
    assert claim_next(Q()) == others


def test_a_project_at_its_limit_starves_neither_itself_nor_others(project, other_project):
    project.max_concurrent = 1
    project.save()
    waiting(project, 3)
    waiting(other_project, 3)
    first = claim_next(Q())
    assert first.project == project
    assert [generation.project for generation in turns_of_one_worker(2)] == [other_project] * 2
    finish(first)
    # It had a turn before the others' last two.
    assert claim_next(Q()).project == project


@pytest.mark.parametrize(("own", "taken"), [(None, 2), (1, 1), (3, 3), (0, 5)])
def test_a_projects_own_limit_comes_before_the_usual_one_and_0_is_none(settings, own, taken):
    settings.MAX_CONCURRENT = 2
    waiting(ProjectFactory(max_concurrent=own), 5)
    assert len([None for _ in range(5) if claim_next(Q())]) == taken


def test_one_in_the_trash_that_is_painted_counts(project):
    project.max_concurrent = 1
    project.save()
    waiting(project, 2)
    services.trash_generation(claim_next(Q()))
    assert claim_next(Q()) is None


@pytest.mark.django_db(transaction=True)
def test_a_limit_is_exact_however_many_claim_at_once():
    """Without the second count each of them sees room for itself."""
    limited = ProjectFactory(max_concurrent=3)
    many_waiting(limited, 60)
    for _ in range(10):
        taken = [generation for generation in in_threads(8, lambda: claiming.take(COMMON)) if generation]
        assert len(taken) == limited.generations.filter(status=Status.PROCESSING).count() == 3
        for generation in taken:
            finish(generation)


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_project_at_its_limit():
    limited, free = ProjectFactory(max_concurrent=1), ProjectFactory()
    many_waiting(limited, 20)
    many_waiting(free, 20)
    taken = [generation for generation in in_threads(8, lambda: claiming.take(COMMON)) if generation]
    counted = Counter(generation.project for generation in taken)
    assert counted[limited] == 1
    assert counted[free] >= 6  # and what is left over after all looks, a relay rings for


@pytest.mark.django_db(transaction=True)
def test_a_claim_over_the_limit_is_undone(monkeypatch):
    limited = ProjectFactory(max_concurrent=1)
    waiting(limited, 2)
    monkeypatch.setattr(scheduling, "claimable", Project.objects.filter)
    monkeypatch.setattr(scheduling, "claim_statement", scheduling.claim_statement.__wrapped__)
    claim_next(Q())
    before = list(Generation.objects.order_by("pk").values())
    with pytest.raises(ProjectAtLimit):
        claim_next(Q())
    assert list(Generation.objects.order_by("pk").values()) == before


# ── Many at once ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_no_claim_waits_for_another_nor_takes_the_same(project):
    first, second = waiting(project, 2)
    with transaction.atomic():
        assert claim_next(Q()) == first
        assert in_threads(1, lambda: claiming.take(COMMON)) == [second]
        assert in_threads(1, lambda: claiming.take(COMMON)) == [None]


@pytest.mark.django_db(transaction=True)
def test_while_the_first_projects_only_one_is_being_taken_the_next_projects_is(project, other_project):
    waiting(project)
    (next_one,) = waiting(other_project)
    with transaction.atomic():
        assert claim_next(Q()).project == project
        assert in_threads(1, lambda: claiming.take(COMMON)) == [next_one]


@pytest.mark.django_db(transaction=True)
def test_all_that_waits_is_taken_once_by_many_workers():
    for _ in range(24):
        waiting(ProjectFactory())

    def work():
        return [generation for _ in range(4) if (generation := claiming.take(COMMON))]

    taken = [generation.pk for part in in_threads(8, work) for generation in part]
    assert len(taken) == len(set(taken))
    assert len(taken) + Generation.objects.filter(status=Status.PENDING).count() == 24
    assert len(taken) >= 20  # what is left over after all looks, a relay rings for


# ── What it costs ────────────────────────────────────────────────────────────────────────────────────────────────────


def plan_of_a_claim():
    """What PostgreSQL does for the claim, as a worker's first look makes it; taken back."""
    values = {"lease": timedelta(seconds=15), **scheduling.look(MIDDLE)}
    with transaction.atomic(), connection.cursor() as cursor:
        sql, params = scheduling.claim_statement(Q(), 0)._sql
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", bind(params, values))
        ((plan,),) = cursor.fetchall()
        transaction.set_rollback(True)
    return plan[0]["Plan"]


def rows_read_by_a_claim():
    """How many rows PostgreSQL touches on its way, all nodes of the plan and all their loops together."""
    return rows_of(plan_of_a_claim())


def buffers_read_by_a_claim():
    plan = plan_of_a_claim()
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


def rows_of(node):
    own = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    return own + sum(rows_of(child) for child in node.get("Plans", []))


def analyze():
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.mark.parametrize("prepare", [analyze, lambda: None], ids=["known to the planner", "new to the planner"])
def test_a_claim_does_not_read_all_that_waits(project, other_project, prepare):
    many_waiting(project, 10_000)
    many_waiting(other_project, 10)
    prepare()
    assert rows_read_by_a_claim() < 100


def test_a_claim_does_not_read_what_has_ended(project):
    """Even where the planner still takes everything for waiting."""
    many_waiting(project, 10_000)
    analyze()
    Generation.objects.update(status=Status.SUCCESS, started_at=Now())
    waiting(project)
    assert rows_read_by_a_claim() < 100


def many_projects(count, **fields):
    """So many, each with one that waits, in two statements."""
    first = GenerationFactory(**fields)
    columns = [field.column for field in Generation._meta.concrete_fields if field.column not in {"id", "project_id"}]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO projects_project (id, slug, organization_id, name, image_provider, is_active, created_at)"
            " SELECT gen_random_uuid(), gen_random_uuid(), organization_id, name, '', true, created_at"
            " FROM projects_project, generate_series(2, %s) WHERE id = %s RETURNING id",
            [count, first.project_id],
        )
        ids = [id_ for (id_,) in cursor.fetchall()]
        cursor.execute(
            f"INSERT INTO generations_generation (id, project_id, {', '.join(columns)})"
            f" SELECT gen_random_uuid(), made.id, {', '.join(f'g.{name}' for name in columns)}"
            " FROM unnest(%s) AS made (id), generations_generation AS g WHERE g.id = %s",
            [ids, first.pk],
        )


def many_postponed():
    """Older ones beside each that waits, which are due in an hour."""
    columns = [field.column for field in Generation._meta.concrete_fields if not field.primary_key]
    later = {"next_attempt_at": "now() + interval '1 hour'", "created_at": "now() - interval '1 hour'"}
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO generations_generation (id, {', '.join(columns)})"
            f" SELECT gen_random_uuid(), {', '.join(later.get(name, name) for name in columns)}"
            " FROM generations_generation, generate_series(1, %s)",
            [POSTPONED_OF_EACH],
        )


def vacuum():
    """What was rolled back, and what has moved on, would be counted as well."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE generations_generation, projects_project")


@pytest.fixture
def at_100(transactional_db):
    """What a claim reads where 100 projects have one each."""
    many_projects(100)
    vacuum()
    return buffers_read_by_a_claim()


def test_a_claim_at_10_000_projects_costs_hardly_more_than_at_100(at_100):
    many_projects(9_900)
    vacuum()
    assert buffers_read_by_a_claim() <= 1.5 * at_100


def test_nor_where_each_of_100_has_many_postponed(at_100):
    many_postponed()
    vacuum()
    assert buffers_read_by_a_claim() <= 1.5 * at_100


def test_nor_where_10_000_are_postponed_beside_the_one_that_is_due(at_100):
    later = timezone.now() + timedelta(hours=1)
    Generation.objects.update(next_attempt_at=later)
    many_projects(9_900, next_attempt_at=later)
    due = GenerationFactory()
    vacuum()
    assert buffers_read_by_a_claim() <= 1.5 * at_100
    assert claim_next(Q(), start=MIDDLE) == due


def test_of_many_projects_each_has_its_turn_before_long():
    """Of those that chance shows, the one that has waited for the longest time is first."""
    many_projects(300)
    turns_had = Counter()
    for _ in range(900):
        generation = claim_next(Q(), start=uuid4())
        turns_had[generation.project_id] += 1
        Generation.objects.finish(generation.claim, status=Status.PENDING)
    assert len(turns_had) == 300
    assert max(turns_had.values()) <= 6


def test_where_chance_shows_none_that_can_be_taken_all_are_looked_at(monkeypatch):
    monkeypatch.setattr(scheduling, "SEEN_AT_ONCE", 1)
    many_projects(30)
    Project.objects.update(max_concurrent=1)
    assert len({claiming.take(COMMON).pk for _ in range(30)}) == 30
    assert claiming.take(COMMON) is None
