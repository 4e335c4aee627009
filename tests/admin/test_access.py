"""Who gets what at every address of the admin, and that no row is betrayed or changed on the way."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.contrib.sessions.models import Session
from django.test import Client

from projects.admin import ApiKeyAdmin
from projects.admin.read_only import WrittenBySystem
from tests.admin.addresses import ADDRESSES, CANARY, make_rows, missing_rows

STRANGERS = ("nobody", "customer")
STAFF = ("clerk", "viewer", "changer", "superuser")
VERBS = {"clerk": (), "viewer": ("view",), "changer": ("view", "change")}
# What a page that is about a model asks for; an action, new ones too, asks for "change".
NEEDED = {verb: verb for verb in ("add", "delete", "change")} | dict.fromkeys(
    ("changelist", "history", "change"), "view"
)
SHOWS_A_SECRET = {"rotate"}
OWN_PAGES = {"index", "search", "password_change", "password_change_done", "jsi18n"}
# It is in every error, and differs between any two requests.
SAME_ID = {"X-Request-Id": "the-same-id"}


@pytest.fixture
def rows(db):
    return make_rows()


def browser_of(role, **options):
    browser = Client(**options)
    if role != "nobody":
        user = User.objects.create_user(role, is_staff=role in STAFF, is_superuser=role == "superuser")
        for verb in VERBS.get(role, ()):
            user.user_permissions.add(*Permission.objects.filter(codename__startswith=f"{verb}_"))
        browser.force_login(user)
    return browser


def snapshot() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but the sessions'."""
    models = [model for model in apps.get_models() if model is not Session]
    return {model._meta.label: sorted(model._base_manager.values_list(), key=str) for model in models}


def may(role, address):
    model_admin = admin.site._registry[address.model]
    if address.view == "delete" and isinstance(model_admin, WrittenBySystem | ApiKeyAdmin):
        return False
    if address.view == "add" and isinstance(model_admin, WrittenBySystem):
        return False
    if role == "superuser":
        return True
    needed = {NEEDED.get(address.view, "change")} | ({"add"} if address.view in SHOWS_A_SECRET else set())
    return needed <= set(VERBS[role])


def expected(role, address, path):
    """The status, and where it leads."""
    if address.view == "login":
        return (200, "") if role in STRANGERS else (302, "/admin/")
    if role in STRANGERS:
        return (302, "/admin/") if address.view == "logout" else (302, f"/admin/login/?next={path}")
    if address.view == "old_change":
        return 302, f"{path}change/"
    if address.model:
        return (200, "") if may(role, address) else (403, "")
    if address.view == "app_list":
        return (404 if role == "clerk" else 200), ""
    return {"logout": 405, "autocomplete": 403}.get(address.view, 200 if address.view in OWN_PAGES else 404), ""


def location(answer):
    return answer.headers.get("Location", "")


@pytest.mark.parametrize("role", STRANGERS + STAFF)
def test_everybody_gets_exactly_this(rows, role):
    browser = browser_of(role)
    for address in ADDRESSES:
        path = address.path(rows)
        answer = browser.get(path)
        assert (answer.status_code, location(answer)) == expected(role, address, path), path
        if answer.status_code != 200:
            assert CANARY not in answer.content.decode(), path


def test_the_pages_that_may_be_seen_show_their_rows(rows):
    """Else the word that is looked for above would be on no page at all."""
    browser = browser_of("superuser")
    shown = {each.about for each in ADDRESSES if each.model and CANARY in browser.get(each.path(rows)).content.decode()}
    assert shown == {model._meta.label_lower for model in rows}


@pytest.mark.parametrize("role", ["nobody", "customer", "clerk"])
def test_who_may_not_see_a_row_cannot_tell_whether_it_is_there(rows, role):
    browser, missing = browser_of(role), missing_rows(rows)
    for address in ADDRESSES:
        if address.is_of_one_row:
            for ask in (browser.get, browser.post):
                there, gone = (ask(address.path(found), headers=SAME_ID) for found in (rows, missing))
                assert there.status_code == gone.status_code, address
                assert there.content == gone.content, address
                ids = str(rows[address.model].pk), str(missing[address.model].pk)
                assert location(there).replace(ids[0], "") == location(gone).replace(ids[1], ""), address


@pytest.mark.parametrize("query", ["", "?action=delete_selected&post=yes&confirmed=yes&_save=1&_method=POST"])
def test_a_get_changes_nothing(rows, query):
    browser = browser_of("superuser")
    before = snapshot()
    for address in ADDRESSES:
        browser.get(address.path(rows) + query, headers={"X-HTTP-Method-Override": "POST"})
    assert snapshot() == before


def forms(address, rows):
    """What one could post there: nothing, a yes, and in a list each of its actions upon its row."""
    yield {}
    yield {"post": "yes", "confirmed": "yes", "_save": "1", "name": "changed", "username": "changed"}
    if address.view == "changelist":
        declared = admin.site._registry[address.model].actions or ()
        for action in ("delete_selected", *declared):
            chosen = {"_selected_action": [str(rows[address.model].pk)], "index": "0", "select_across": "1"}
            yield {"action": action, "confirmed": "yes", "post": "yes", **chosen}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_without_its_token_nothing_is_taken(rows, method):
    browser = browser_of("superuser", enforce_csrf_checks=True)
    before = snapshot()
    for address in ADDRESSES:
        for form in forms(address, rows) if method == "POST" else [{}]:
            path = address.path(rows)
            answer = browser.post(path, form) if method == "POST" else browser.generic(method, path)
            assert answer.status_code == 403, address
            assert CANARY not in answer.content.decode()
    assert snapshot() == before


@pytest.mark.parametrize("role", ["nobody", "customer", "clerk", "viewer"])
def test_who_may_only_look_changes_nothing(rows, role):
    browser = browser_of(role)
    before = snapshot()
    for address in ADDRESSES:
        if address.view not in {"login", "logout"}:
            for form in forms(address, rows):
                answer = browser.post(address.path(rows), form)
                if role == "clerk" and address.model and address.view != "old_change":
                    assert answer.status_code == 403, address
    assert snapshot() == before


def test_with_the_token_of_the_form_one_logs_in_and_out(db):
    User.objects.create_superuser("boss", password="correct horse")
    browser = Client(enforce_csrf_checks=True)
    form = {"username": "boss", "password": "correct horse", "next": "/admin/"}
    assert browser.post("/admin/login/", form).status_code == 403
    token = browser.get("/admin/login/").context["csrf_token"]
    assert browser.post("/admin/login/", form | {"csrfmiddlewaretoken": str(token)}).status_code == 302
    assert browser.get("/admin/logout/").status_code == 405
    assert browser.post("/admin/logout/").status_code == 403
    token = browser.get("/admin/").context["csrf_token"]
    assert browser.get("/admin/").status_code == 200
    assert browser.post("/admin/logout/", {"csrfmiddlewaretoken": str(token)}).status_code == 200
    assert location(browser.get("/admin/")) == "/admin/login/?next=/admin/"


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    " //evil.example",
    "\t//evil.example",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
]


@pytest.mark.parametrize("where", ELSEWHERE)
def test_a_login_leads_nowhere_else(db, where):
    User.objects.create_superuser("boss", password="correct horse")
    form = {"username": "boss", "password": "correct horse", "next": where}
    assert location(Client().post("/admin/login/", form)) == "/admin/"
    assert location(browser_of("superuser").get("/admin/login/", {"next": where})) == "/admin/"


@pytest.mark.parametrize(
    "path", ["//evil.example/admin", "//evil.example", "/admin//evil.example", "/%09/evil.example"]
)
def test_nor_does_a_slash_that_is_added(db, path):
    for role in ("nobody", "superuser"):
        leads = location(browser_of(role).get(path))
        assert not leads.startswith(("//", "/\\", "http")), leads
