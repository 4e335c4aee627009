"""The list of generations: what it shows, what it costs, what one can find in it."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from enhancement import Template
from generations.models import Generation, Status
from projects.admin import paginator
from tests.admin.pages import LIST, text
from tests.factories import ApiKeyFactory, GenerationFactory, ProjectFactory

SESSION_USER_PROVIDERS_BREAKERS_COUNT_ROWS = 6


def shown(answer) -> set[Generation]:
    return set(answer.context["cl"].result_list)


def test_a_row_says_what_an_operator_asks(boss, project):
    three_hours_ago = timezone.now() - timedelta(hours=3, minutes=20)
    GenerationFactory(success=True, project=project, original_prompt="a red fox", attempt=3, created_at=three_hours_ago)
    row = f"a red fox {project.name} {project.organization.name} Success 3 h 8.5 s 2"
    assert row in text(boss.get(LIST))


def test_a_thumbnail_is_the_stored_file_loaded_when_it_is_seen(boss):
    image = GenerationFactory(success=True).output_image
    page = boss.get(LIST).content.decode()
    assert f'<img src="/media/{image.key}" alt="" width="72" height="48" loading="lazy" decoding="async">' in page


def test_a_failed_one_says_why(boss):
    GenerationFactory(failed=True, original_prompt="a red fox")
    assert "a red fox The provider refused the prompt." in text(boss.get(LIST))


@pytest.mark.parametrize(
    ("status", "colour"), [("pending", "blue"), ("processing", "orange"), ("success", "green"), ("failed", "red")]
)
def test_each_status_has_its_colour(boss, status, colour):
    GenerationFactory(status=status)
    page = boss.get(LIST).content.decode()
    assert re.search(rf'<span class="[^"]*bg-{colour}-100[^"]*"[^>]*>\s*{status}\s*</span>', page, re.IGNORECASE)


@pytest.mark.parametrize("rows", [1, 50])
def test_a_page_costs_six_queries_however_many_rows_it_has(boss, django_assert_num_queries, rows):
    ContentType.objects.clear_cache()
    GenerationFactory.create_batch(rows, success=True)
    with django_assert_num_queries(SESSION_USER_PROVIDERS_BREAKERS_COUNT_ROWS):
        assert len(shown(boss.get(LIST))) == rows


def test_a_project_chosen_as_filter_costs_its_name_and_no_list_of_projects(boss, django_assert_num_queries):
    generation = GenerationFactory()
    ProjectFactory.create_batch(5)
    check_and_label = 2
    with django_assert_num_queries(SESSION_USER_PROVIDERS_BREAKERS_COUNT_ROWS + check_and_label):
        assert shown(boss.get(LIST, {"project__id__exact": generation.project_id})) == {generation}


def test_nothing_counts_the_table_on_request(boss, django_assert_num_queries):
    GenerationFactory()
    with django_assert_num_queries(SESSION_USER_PROVIDERS_BREAKERS_COUNT_ROWS):
        boss.get(LIST, {"_facets": "True"})


def test_the_page_is_read_along_the_index_and_not_sorted(boss):
    GenerationFactory.create_batch(3)
    rows = boss.get(LIST).context["cl"].queryset[:50]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    plan = rows.explain()
    assert "Index Scan using generation_newest" in plan
    assert "Sort" not in plan


# ── Counting ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_few_rows_are_counted(boss, monkeypatch):
    monkeypatch.setattr(paginator, "EXACT_UP_TO", 3)
    GenerationFactory.create_batch(3)
    assert "3 generations" in text(boss.get(LIST))


def test_many_rows_are_estimated_by_the_planner(boss, monkeypatch):
    monkeypatch.setattr(paginator, "EXACT_UP_TO", 3)
    GenerationFactory.create_batch(60)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE generations_generation")
    page = boss.get(LIST, {"p": 2})
    assert "about 60 generations" in text(page)
    assert len(shown(page)) == 10


def test_an_estimate_is_never_below_what_was_counted(boss, monkeypatch):
    monkeypatch.setattr(paginator, "EXACT_UP_TO", 3)
    monkeypatch.setattr(paginator, "planned_rows", lambda rows: 0)
    GenerationFactory.create_batch(5)
    assert "more than 3 generations" in text(boss.get(LIST))


# ── Search ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("words", ["Fox", "snowy", "fox asleep", "asleep fox"])
def test_words_of_either_prompt_find_it(boss, words):
    fox = GenerationFactory(original_prompt="a red fox asleep", prompt="A red fox asleep in a snowy forest")
    GenerationFactory(original_prompt="a cat", prompt="A cat")
    assert shown(boss.get(LIST, {"q": words})) == {fox}


def test_an_id_finds_exactly_its_row_even_in_the_trash(boss):
    lost = GenerationFactory(trashed=True)
    GenerationFactory(original_prompt=str(lost.pk))
    assert shown(boss.get(LIST, {"q": str(lost.pk), "status__exact": "success"})) == {lost}
    assert shown(boss.get(LIST, {"q": f" {lost.pk.hex} "})) == {lost}
    assert shown(boss.get(LIST, {"q": str(uuid.uuid4())})) == set()


def test_a_nul_is_refused_in_words(boss):
    GenerationFactory()
    assert "Null characters are not allowed." in text(boss.get(LIST, {"q": "a\0b"}))


# ── Filters ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_filters_by_status_project_and_template(boss):
    one = GenerationFactory(failed=True, template=Template.COMIC)
    other = GenerationFactory(template=Template.GENERAL)
    assert shown(boss.get(LIST)) == {one, other}
    assert shown(boss.get(LIST, {"status__exact": Status.FAILED})) == {one}
    assert shown(boss.get(LIST, {"template__exact": Template.GENERAL})) == {other}
    assert shown(boss.get(LIST, {"project__id__exact": one.project_id})) == {one}


def test_filters_by_error_provider_model_and_key(boss):
    api_key = ApiKeyFactory()
    blocked = GenerationFactory(failed=True, project=api_key.project, api_key=api_key)
    made = GenerationFactory(success=True, provider="gemini", model="gemini-3")
    assert shown(boss.get(LIST, {"error_code": "CONTENT_BLOCKED"})) == {blocked}
    assert shown(boss.get(LIST, {"error_code": "STORAGE_FAILED"})) == set()
    assert shown(boss.get(LIST, {"provider": "gemini"})) == {made}
    assert shown(boss.get(LIST, {"model": "gemini-3"})) == {made}
    assert shown(boss.get(LIST, {"provider": "sketch", "model": "gemini-3"})) == set()
    assert shown(boss.get(LIST, {"api_key__key_id__exact": api_key.key_id})) == {blocked}


def test_providers_and_models_are_offered_that_were_used_lately_and_the_one_that_is_chosen(boss):
    GenerationFactory(success=True, provider="gemini", model="gemini-3")
    page = boss.get(LIST, {"model": "long-gone"}).content.decode()
    for value, selected in (("gemini", ""), ("gemini-3", ""), ("long-gone", " selected"), ("CONTENT_BLOCKED", "")):
        assert f'<option value="{value}"{selected}>{value}</option>' in page


def test_filters_by_when_it_has_failed(boss):
    now = timezone.now()
    hour, day, week, _older = (
        GenerationFactory(failed=True, finished_at=now - timedelta(hours=hours)) for hours in (0.9, 23, 160, 170)
    )
    GenerationFactory(success=True)
    assert shown(boss.get(LIST, {"failed": "hour"})) == {hour}
    assert shown(boss.get(LIST, {"failed": "day"})) == {hour, day}
    assert shown(boss.get(LIST, {"failed": "week"})) == {hour, day, week}


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        ({"error_code": "STORAGE_FAILED"}, "generation_with_error"),
        ({"api_key__key_id__exact": "12345678"}, "generation_of_api_key"),
    ],
)
def test_what_is_rare_is_found_by_its_index(boss, filters, index):
    ApiKeyFactory(key_id="12345678")
    GenerationFactory.create_batch(3)
    rows = boss.get(LIST, filters).context["cl"].queryset
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; DROP INDEX generation_newest")
    assert index in rows.explain()


def test_filters_by_whole_days(boss):
    noon = datetime(2026, 3, 5, 12, tzinfo=UTC)
    before, first, last, after = (GenerationFactory(created_at=noon + timedelta(days=day)) for day in (-1, 0, 1, 2))
    assert shown(boss.get(LIST, {"created_at_from": "2026-03-05", "created_at_to": "2026-03-06"})) == {first, last}
    assert shown(boss.get(LIST, {"created_at_from": "2026-03-06"})) == {last, after}
    assert shown(boss.get(LIST, {"created_at_to": "2026-03-04"})) == {before}


@pytest.mark.parametrize("nonsense", ["yesterday", "2026-13-45", "0000-00-00"])
def test_a_day_that_is_none_filters_nothing(boss, nonsense):
    generation = GenerationFactory()
    assert shown(boss.get(LIST, {"created_at_from": nonsense})) == {generation}


def test_the_trash_is_out_of_the_way_until_asked_for(boss):
    kept, trashed = GenerationFactory(), GenerationFactory(trashed=True)
    assert shown(boss.get(LIST)) == {kept}
    assert shown(boss.get(LIST, {"trash": "only"})) == {trashed}
    assert shown(boss.get(LIST, {"trash": "with"})) == {kept, trashed}


def test_the_oldest_first(boss):
    old, new = (GenerationFactory(created_at=timezone.now() - timedelta(hours=hours)) for hours in (2, 1))
    assert list(boss.get(LIST, {"o": "-5"}).context["cl"].result_list) == [old, new]


def test_where_no_project_is_disabled_the_list_of_its_generations_reads_none(boss):
    """A join would read all of them, newest first, to find none: four seconds of a million."""
    GenerationFactory(success=True)
    with CaptureQueriesContext(connection) as captured:
        assert not boss.get(f"{LIST}?held=only").context["cl"].result_list
    reads = [query["sql"] for query in captured if 'FROM "generations_generation"' in query["sql"]]
    assert len(reads) == 1, reads  # which providers and models the filters offer
