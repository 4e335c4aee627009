"""Idempotency keys in the admin: there to be read, without the answers, which may hold secrets."""

import pytest
from django.db.models.functions import Now

from projects.api.idempotency.reservations import reserve
from projects.models import IdempotencyKey
from tests.admin.pages import text
from tests.factories import ProjectFactory

KEYS = "/admin/projects/idempotencykey/"
UUID_KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"


@pytest.fixture
def answered(api):
    api.create_once(UUID_KEY, prompt="a private cat")
    return IdempotencyKey.objects.get()


def shown(browser, **query):
    return {row.key for row in browser.get(KEYS, query).context["cl"].result_list}


def test_the_list_and_the_page_lead_to_what_was_created(boss, answered):
    link = f'<a href="/admin/generations/generation/{answered.resource_id}/change/">{answered.resource_id}</a>'
    for path in (KEYS, f"{KEYS}{answered.pk}/change/"):
        page = boss.get(path)
        assert link in page.content.decode()
        assert UUID_KEY in text(page)
        assert str(answered.project) in text(page)
        assert "a private cat" not in text(page)


def test_what_has_no_page_in_the_admin_is_named_without_a_link(boss, answered):
    IdempotencyKey.objects.update(resource_type="nowhere.nothing")
    page = boss.get(KEYS).content.decode()
    assert str(answered.resource_id) in page
    assert f"{answered.resource_id}</a>" not in page


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "answered"),
        ({"status_code": None, "resource_id": None}, "under way"),
        ({"status_code": None, "resource_id": None, "locked_until": Now()}, "abandoned"),
        ({"expires_at": Now()}, "expired"),
    ],
)
def test_the_list_says_how_a_key_stands(boss, answered, changes, state):
    IdempotencyKey.objects.update(**changes)
    assert f"{answered.project} {state}" in text(boss.get(KEYS))


def test_search_and_filter(boss, answered):
    stranger = reserve(ProjectFactory(), "another key", "0" * 64)
    assert shown(boss) == {UUID_KEY, "another key"}
    assert shown(boss, q=UUID_KEY) == {UUID_KEY}
    assert shown(boss, q="8E03978E") == {UUID_KEY}
    assert shown(boss, q=str(answered.resource_id)) == {UUID_KEY}
    assert shown(boss, q="nothing") == set()
    assert shown(boss, project__id__exact=str(stranger.project_id)) == {"another key"}


def test_no_query_string_spells_an_answer_out(boss, answered):
    assert boss.get(KEYS, {"body__contains": "private"}).status_code in (302, 400)


@pytest.mark.parametrize("rows", [1, 50])
def test_the_list_costs_four_queries(boss, django_assert_num_queries, project, rows):
    for number in range(rows):
        reserve(project, str(number), "0" * 64)
    session_user_count_rows = 4
    with django_assert_num_queries(session_user_count_rows):
        assert len(shown(boss)) == rows


@pytest.mark.parametrize("forbidden", ["add/", "{pk}/change/", "{pk}/delete/"])
def test_nothing_can_be_changed(boss, answered, forbidden):
    assert boss.post(KEYS + forbidden.format(pk=answered.pk), {"key": "x", "post": "yes"}).status_code == 403
    assert IdempotencyKey.objects.get().key == UUID_KEY


def test_only_staff_with_the_permission_see_it(staff, answered):
    assert staff("projects.view_project").get(KEYS).status_code == 403
