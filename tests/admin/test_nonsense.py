"""Nonsense in an address of the admin is answered, and never breaks it."""

import pytest
from django.contrib import admin

from generations.images.models import Image
from projects.models import IdempotencyKey
from projects.webhooks.models import Delivery
from tests.admin.addresses import ADDRESSES, make_rows
from tests.admin.pages import text
from tests.factories import ApiKeyFactory

LISTS = [each for each in ADDRESSES if each.view == "changelist"]
NUL, HUGE = "\0", "9" * 30
LAST_DAY = "9999-12-31"


def test_no_filter_breaks(boss):
    rows = make_rows()
    for address in LISTS:
        path = address.path(rows)
        specs = boss.get(path).context["cl"].filter_specs
        parameters = ["o", "p", *(name for spec in specs for name in spec.expected_parameters())]
        days = dict.fromkeys((name for name in parameters if name.endswith(("_from", "_to"))), LAST_DAY)
        for asked in [*({parameter: HUGE} for parameter in parameters), dict.fromkeys(parameters, NUL), days]:
            assert boss.get(path, asked).status_code in (200, 302), (path, asked)


@pytest.mark.parametrize("value", [NUL, HUGE])
def test_nor_does_a_search(boss, value):
    rows = make_rows()
    for address in LISTS:
        assert boss.get(address.path(rows), {"q": value}).status_code == 200
    completed = {"app_label": "projects", "model_name": "apikey", "field_name": "project"}
    assert boss.get("/admin/autocomplete/", completed | {"term": value}).status_code == 200
    assert boss.get("/admin/search/", {"s": value}).status_code == 200
    assert boss.get("/admin/search/", {"s": value, "extended": "1"}).status_code == 200


def test_no_filter_of_generations_spells_a_digest_out(boss):
    api_key = ApiKeyFactory()
    path = "/admin/generations/generation/"
    assert boss.get(path, {"api_key__digest__startswith": api_key.digest[0]}).status_code in (302, 400)


@pytest.mark.parametrize("ticked", ["all", "", NUL, HUGE])
def test_what_is_ticked_and_no_row_changes_nothing(boss, ticked):
    rows = make_rows()
    for address in LISTS:
        path = address.path(rows)
        offered = boss.get(path).context["action_form"]
        for action in filter(None, dict(offered.fields["action"].choices) if offered else {}):
            before = address.model.objects.count()
            form = {"action": action, "index": "0", "_selected_action": [str(rows[address.model].pk), ticked]}
            answer = boss.post(path, form | {"confirmed": "yes", "post": "yes"}, follow=True)
            assert "What was ticked is no row of this list. Nothing has changed." in text(answer), (path, action)
            assert address.model.objects.count() == before


@pytest.mark.parametrize("model", [Image, Delivery, IdempotencyKey])
def test_a_list_that_offers_no_action_for_all_that_match_takes_none(boss, model):
    rows = make_rows()
    (path,) = (each.path(rows) for each in LISTS if each.model is model)
    before = list(model.objects.values())
    for action in admin.site.get_model_admin(model).actions or []:
        form = {"action": action, "index": "0", "_selected_action": "all", "select_across": "1", "confirmed": "yes"}
        assert "tick the rows. Nothing has changed." in text(boss.post(path, form, follow=True))
    assert list(model.objects.values()) == before
