"""Nonsense in an address of the admin is answered, and never breaks it."""

import pytest

from tests.admin.addresses import ADDRESSES, make_rows
from tests.factories import ApiKeyFactory

LISTS = [each for each in ADDRESSES if each.view == "changelist"]
NUL, HUGE = "\0", "9" * 30


def test_no_filter_breaks(boss):
    rows = make_rows()
    for address in LISTS:
        path = address.path(rows)
        specs = boss.get(path).context["cl"].filter_specs
        parameters = ["o", "p", *(name for spec in specs for name in spec.expected_parameters())]
        for asked in [{parameter: HUGE} for parameter in parameters] + [dict.fromkeys(parameters, NUL)]:
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
