"""A compiled statement does what the ORM's own does, column for column, and is compiled once.

Each test runs both ways: compiled, and with COMPILED_QUERIES off, when the ORM builds and runs each statement.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Q, Subquery
from django.db.models.functions import Concat, Now

from generations.models import Generation
from generations.queue.scheduling import CLAIMED, anything_to_claim, claim_next, put_aside
from generations.services.lookup import OWN_GENERATION
from projects.api.authentication import USABLE_KEY
from projects.compiled_queries import CompiledCount, CompiledInsert, CompiledQuery, CompiledUpdate, Parameter
from projects.models import ApiKey, IdempotencyKey, Project
from tests.factories import ApiKeyFactory, GenerationFactory, ProjectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[True, False], ids=["compiled", "by the ORM"], autouse=True)
def compiled(request, settings):
    settings.COMPILED_QUERIES = request.param
    return request.param


def fields(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_key_comes_with_its_project_and_organization_and_the_databases_time(django_assert_num_queries):
    expected = ApiKey.objects.get(pk=ApiKeyFactory(rate_limit_per_hour=5).pk)
    with django_assert_num_queries(1):
        found = USABLE_KEY.first(key_id=expected.key_id, digest=expected.digest)
        related = found.project, found.project.organization
    assert fields(found) == fields(expected)
    assert fields(related[0]) == fields(expected.project)
    assert fields(related[1]) == fields(expected.project.organization)
    assert found.database_time >= expected.created_at
    assert found._state.adding is False


@pytest.mark.parametrize("state", [{}, {"success": True}, {"failed": True}])
def test_a_generation_comes_with_its_image_if_it_has_one(state, django_assert_num_queries):
    expected = Generation.objects.get(pk=GenerationFactory(meta={"a": [1, None, {"b": "ü"}]}, **state).pk)
    with django_assert_num_queries(1):
        found = OWN_GENERATION.first(id=expected.pk, project=expected.project_id)
        image = found.output_image
    assert fields(found) == fields(expected)
    assert image == expected.output_image


def test_a_claimed_generation_comes_with_its_project_and_organization(django_assert_num_queries):
    expected = GenerationFactory()
    with django_assert_num_queries(1):
        assert CLAIMED.first(id=expected.pk).project.organization == expected.project.organization


def test_a_claim_takes_the_row_whose_turn_it_is_and_counts_what_its_project_has_in_hand():
    limited, free = ProjectFactory(max_concurrent=1), ProjectFactory()
    first, _second = GenerationFactory.create_batch(2, project=limited)
    third = GenerationFactory(project=free)
    claimed = claim_next(Q(), start=uuid4())
    assert (claimed.pk, claimed.attempt, claimed.status) == (first.pk, 1, "processing")
    assert fields(claimed) == fields(Generation.objects.get(pk=first.pk))
    assert claim_next(Q(), start=uuid4()) == third
    assert claim_next(Q(), start=uuid4()) is None
    assert not anything_to_claim(Q())
    assert put_aside(Q()) is None


def test_what_is_not_there_is_none():
    assert USABLE_KEY.first(key_id="nothing", digest="") is None
    assert OWN_GENERATION.first(id=uuid4(), project=uuid4()) is None


def test_another_projects_row_is_not_there():
    assert OWN_GENERATION.first(id=GenerationFactory().pk, project=ProjectFactory().pk) is None


def test_values_are_bound_and_never_become_sql():
    query = CompiledQuery(lambda: Project.objects.filter(slug=Parameter("slug", models.CharField())))
    project = ProjectFactory()
    assert query.first(slug=project.slug) == project
    assert query.first(slug="' OR 1=1 --") is None
    assert query.first(slug="%s") is None


def test_the_sql_is_compiled_once_or_not_at_all(compiled):
    built = []
    query = CompiledQuery(lambda: built.append(1) or Project.objects.annotate(now=Now()))
    ProjectFactory()
    for _ in range(3):
        assert query.first()
        assert query.all()
    assert len(built) == (2 if compiled else 6)  # one of each, with LIMIT and without


def test_all_come_with_what_belongs_to_them_in_the_querysets_order(django_assert_num_queries):
    organization = ProjectFactory(slug="b").organization
    for slug in ("c", "a"):
        ProjectFactory(organization=organization, slug=slug)
    ProjectFactory()
    query = CompiledQuery(
        lambda: (
            Project.objects.filter(organization=Parameter("organization", models.UUIDField()))
            .select_related("organization")
            .annotate(database_time=Now())
            .order_by("slug")
        )
    )
    with django_assert_num_queries(1):
        found = query.all(organization=organization.pk)
        assert [(project.slug, project.organization) for project in found] == [
            (slug, organization) for slug in ("a", "b", "c")
        ]
    assert fields(found[0]) == fields(Project.objects.get(pk=found[0].pk))
    assert len({project.database_time for project in found}) == 1
    assert query.all(organization=uuid4()) == []


def test_what_has_been_read_is_read_again():
    """Also where all calls share a queryset, which would keep its answer."""
    projects = Project.objects.order_by("slug")
    query = CompiledQuery(lambda: projects)
    assert query.all() == []
    project = ProjectFactory()
    assert query.all() == [project]


def test_a_field_that_did_not_come_is_read_when_it_is_wanted(django_assert_num_queries):
    project = ProjectFactory()
    found = CompiledQuery(lambda: Project.objects.only("slug")).first()
    with django_assert_num_queries(1):
        assert (found.slug, found.name) == (project.slug, project.name)


@pytest.mark.django_db(transaction=True)
def test_each_thread_uses_its_own_connection():
    project = ProjectFactory()
    query = CompiledQuery(lambda: Project.objects.filter(pk=Parameter("id", models.UUIDField())))
    assert query.first(id=project.pk) == project
    pids = {connection.connection.info.backend_pid}

    def look():
        assert query.first(id=project.pk) == project
        pids.add(connection.connection.info.backend_pid)
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert len(pids) == 2


def test_an_insert_writes_every_column_and_reads_the_databases_own_back(django_assert_num_queries):
    generation = GenerationFactory.build(project=ProjectFactory(), meta={"a": [1, None, {"b": "ü"}]})
    with django_assert_num_queries(1):
        CompiledInsert(Generation).run(generation)
    assert fields(Generation.objects.get(pk=generation.pk)) == fields(generation)
    assert generation.created_at is not None
    assert generation._state.adding is False


def test_an_expression_takes_the_place_of_a_column():
    project = ProjectFactory.build(organization=ProjectFactory().organization)
    CompiledInsert(Project, created_at=Now() + Parameter("later", models.DurationField())).run(
        project, later=timedelta(days=400)
    )
    assert Project.objects.filter(pk=project.pk, created_at__gt=Now() + timedelta(days=399)).exists()


def test_a_second_insert_of_the_same_key_is_refused():
    project = ProjectFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        CompiledInsert(Project).run(project)


def test_an_expression_leaves_the_objects_own_value_alone():
    project = ProjectFactory.build(organization=ProjectFactory().organization, name="mine")
    CompiledInsert(Project, name=models.Value("the database's")).run(project)
    assert project.name == "mine"
    project.refresh_from_db()
    assert project.name == "the database's"


def test_an_insert_unless_there_says_whether_it_was_and_leaves_the_other_row_alone(compiled, django_assert_num_queries):
    insert = CompiledInsert(Project, unless_there=True)
    organization = ProjectFactory().organization
    first, second = (ProjectFactory.build(organization=organization, slug="one") for _ in range(2))
    savepoints, looks_for_what_is_in_the_way = (0, 0) if compiled else (4, 3)
    with django_assert_num_queries(2 + savepoints + looks_for_what_is_in_the_way):
        assert [insert.run(first), insert.run(second)] == [True, False]
    assert Project.objects.get(slug="one") == first
    assert second._state.adding is True


def test_an_insert_unless_there_is_refused_where_something_else_is_wrong():
    key = IdempotencyKey(project=ProjectFactory(), key="k", fingerprint=None)
    insert = CompiledInsert(IdempotencyKey, unless_there=True, locked_until=Now(), expires_at=Now())
    with pytest.raises(IntegrityError), transaction.atomic():
        insert.run(key)
    assert key._state.adding is True


@pytest.mark.django_db(transaction=True)
def test_of_many_inserts_unless_there_at_once_one_is_done(compiled, settings):
    project = ProjectFactory()
    insert = CompiledInsert(IdempotencyKey, unless_there=True, locked_until=Now(), expires_at=Now())
    keys = [IdempotencyKey(project=project, key="k", fingerprint=str(number)) for number in range(8)]
    done = in_threads(keys, insert.run)
    assert sorted(done) == [False] * 7 + [True]
    (kept,) = IdempotencyKey.objects.all()
    assert kept == keys[done.index(True)]


def test_an_update_hits_what_its_queryset_finds_and_says_how_many():
    hit, missed = ProjectFactory(slug="hit"), ProjectFactory(slug="missed")
    rename = CompiledUpdate(
        lambda: Project.objects.filter(slug=Parameter("slug", models.CharField())),
        name=Parameter("name", models.CharField()),
        is_active=False,
    )
    assert [rename.run(slug="hit", name="it's % new"), rename.run(slug="nothing", name="")] == [1, 0]
    hit.refresh_from_db()
    assert (hit.name, hit.is_active) == ("it's % new", False)
    assert Project.objects.get(slug="missed").name == missed.name


def test_an_update_of_one_row_names_it_if_it_is_asked():
    hit = ProjectFactory(slug="hit")
    rename = CompiledUpdate(
        lambda: Project.objects.filter(slug=Parameter("slug", models.CharField())),
        name=Parameter("name", models.CharField()),
    )
    assert [rename.take(slug="hit", name="new"), rename.take(slug="nothing", name="")] == [hit.pk, None]
    hit.refresh_from_db()
    assert hit.name == "new"


def test_an_update_of_one_row_leaves_the_rest_of_its_queryset_alone(compiled, django_assert_num_queries):
    older, newer = ProjectFactory(slug="older"), ProjectFactory(slug="newer")
    first = Subquery(Project.objects.order_by("-slug").values("pk")[:1])
    rename = CompiledUpdate(
        lambda: Project.objects.filter(pk=first), name=Concat("slug", Parameter("name", models.CharField()))
    )
    with django_assert_num_queries(1 if compiled else 2):
        assert rename.take(name=" it is") == older.pk
    older.refresh_from_db()
    assert older.name == "older it is"
    assert Project.objects.get(pk=newer.pk).name == newer.name


@pytest.mark.django_db(transaction=True)
def test_of_many_updates_of_one_row_at_once_each_takes_its_own():
    for _ in range(8):
        ProjectFactory(is_active=True)
    next_one = Subquery(
        Project.objects.filter(is_active=True).order_by("pk").select_for_update(skip_locked=True).values("pk")[:1]
    )
    take = CompiledUpdate(lambda: Project.objects.filter(pk=next_one), is_active=False)

    def take_one(_):
        with transaction.atomic():
            return take.take()

    taken = [pk for pk in in_threads(range(8), take_one) if pk]
    assert len(taken) == len(set(taken)) == Project.objects.filter(is_active=False).count() > 0


def in_threads(arguments, work):
    """What it answers for each of them, all at once, on a connection each."""

    def run(argument):
        try:
            return work(argument)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(arguments)) as threads:
        return list(threads.map(run, arguments))


def test_rows_are_counted_no_further_than_asked():
    GenerationFactory.create_batch(3, original_prompt="a cat")
    cats = CompiledCount(lambda: Generation.objects.filter(original_prompt=Parameter("prompt", models.TextField())))
    assert [cats.run(at_most, prompt="a cat") for at_most in (0, 2, 3, 10)] == [0, 2, 3, 3]
    assert cats.run(10, prompt="a dog") == 0
