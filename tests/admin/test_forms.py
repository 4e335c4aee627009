"""Every page with a form shows all of it, and what is sent from it is taken."""

import re

import pytest
from django.contrib.auth.models import User

from tests.admin.addresses import ADDRESSES, make_rows

WITH_A_FORM = [each for each in ADDRESSES if each.view in {"add", "change"}]
SUBMITS = re.compile(r'<(?:button|input)[^>]*type="submit"')


@pytest.fixture
def rows(db):
    return make_rows()


def names(page: str) -> set[str]:
    """Of what can be filled in; a date and its time count as one."""
    written = re.findall(r'<(?:input|select|textarea)\b[^>]*\sname="([^"]+)"', page)
    return {re.sub(r"_[01]$", "", name) for name in written}


def test_every_field_of_every_form_is_on_its_page(boss, rows):
    shown = 0
    for address in WITH_A_FORM:
        answer = boss.get(address.path(rows))
        if answer.status_code == 200 and answer.context["adminform"].fields:
            form, page = answer.context["adminform"].form, answer.content.decode()
            to_fill_in = {name for name, field in form.fields.items() if not field.disabled}
            assert to_fill_in <= names(page), address
            assert SUBMITS.search(page.split('id="content-main"')[1]), address
            shown += 1
    assert shown == 13


def test_every_page_that_adds_has_something_to_fill_in(boss, rows):
    adding = [each for each in WITH_A_FORM if each.view == "add" and boss.get(each.path(rows)).status_code == 200]
    ours = {"projects.organization", "projects.project", "projects.apikey", "webhooks.endpoint"}
    assert {each.about for each in adding} == {"auth.user", "auth.group"} | ours
    for address in adding:
        adminform = boss.get(address.path(rows)).context["adminform"]
        assert adminform.fieldsets, address


def test_a_member_of_staff_is_added(boss):
    password = {"password1": "correct horse battery", "password2": "correct horse battery", "usable_password": "true"}
    answer = boss.post("/admin/auth/user/add/", {"username": "clerk", **password})
    clerk = User.objects.get(username="clerk")
    assert answer["Location"] == f"/admin/auth/user/{clerk.pk}/change/"
    assert clerk.check_password("correct horse battery")
