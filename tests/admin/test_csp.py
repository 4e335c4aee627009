"""Content-Security-Policy: on every page for people, and no page has a script of its own in it."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from config.settings.storages import image_storage
from generations.images.models import Image
from tests.admin.addresses import addresses, make_rows
from tests.factories import ApiKeyFactory, ImageFactory, WebhookFactory

NOTHING = "default-src 'none'; frame-ancestors 'none'"
PUBLIC_PAGES = ["/admin/login/", "/docs"]


class InlineScripts(HTMLParser):
    """Everything in a page that a browser would run without fetching it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.found.append(tag)
        for name, value in given.items():
            if re.fullmatch(r"on\w+", name) or (value or "").strip().lower().startswith("javascript:"):
                self.found.append(f"{tag} {name}={value}")


def inline_scripts(page: str) -> list[str]:
    parser = InlineScripts()
    parser.feed(page)
    return parser.found


def assert_it_runs_nothing_of_its_own(answer) -> None:
    policy = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"].split()[0] == policy["form-action"] == "'self'"
    assert set(policy["script-src"].split()) <= {"'self'", "'unsafe-eval'"}
    assert inline_scripts(answer.content.decode()) == []


@pytest.mark.parametrize(
    "page",
    [
        "<script>alert(1)</script>",
        '<script type="module">x</script>',
        '<img src="x" onerror="x">',
        '<a href=" JavaScript:x">',
        "<svg><script>x</script></svg>",
    ],
)
def test_what_is_looked_for_is_found(page):
    assert len(inline_scripts(page)) == 1


def test_no_page_of_the_admin_has_a_script_of_its_own(boss):
    rows, pages = make_rows(), 0
    for address in addresses():
        answer = boss.get(address.path(rows))
        if answer["Content-Type"].startswith("text/html") and answer.content:
            assert_it_runs_nothing_of_its_own(answer)
            pages += 1
    assert pages > 50


def test_nor_has_what_is_shown_once_or_asked(boss, project):
    api_key, endpoint = ApiKeyFactory(), WebhookFactory()
    generation = {"action": "fail_now", "index": "0", "_selected_action": [str(make_rows()[Image].pk)]}
    for path, form in (
        ("/admin/projects/apikey/add/", {"project": str(project.pk), "name": "shop"}),
        (f"/admin/projects/apikey/{api_key.pk}/rotate/", {}),
        (f"/admin/webhooks/endpoint/{endpoint.pk}/rotate/", {}),
        ("/admin/projects/organization/add/", {}),
        ("/admin/generations/generation/", generation),
    ):
        answer = boss.post(path, form)
        assert answer.status_code == 200
        assert_it_runs_nothing_of_its_own(answer)


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_nor_has_a_page_that_anybody_sees(db, path):
    answer = Client().get(path)
    assert answer["Content-Type"].startswith("text/html")
    assert_it_runs_nothing_of_its_own(answer)


def test_the_docs_evaluate_nothing_either(db):
    assert "unsafe-eval" not in Client().get("/docs")["Content-Security-Policy"]


def test_a_page_of_errors_may_load_nothing(db, boss):
    strict = Client(enforce_csrf_checks=True)
    for answer in (boss.get("/nothing"), strict.get("/docs", headers={"Host": "evil.example"})):
        assert answer["Content-Security-Policy"] == NOTHING
    refused = strict.post("/admin/login/", headers={"Accept": "text/html"})
    assert (refused.status_code, refused["Content-Type"]) == (403, "text/html; charset=utf-8")
    assert_it_runs_nothing_of_its_own(refused)


@pytest.mark.parametrize("path", ["/healthz", "/schema", "/metrics", "/static/easel/copy.js", "/api/v1/generations"])
def test_what_is_no_page_may_load_nothing(db, path):
    answer = Client().get(path)
    answer.close()
    assert answer["Content-Security-Policy"] == NOTHING


def test_a_picture_is_sandboxed(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    answer = Client().get(ImageFactory(file=True).storage_url)
    assert (answer.status_code, b"".join(answer)) == (200, b"pixels")
    assert answer["Content-Security-Policy"].startswith(NOTHING)
    assert answer["Content-Security-Policy"].endswith("; sandbox")


@pytest.mark.parametrize(
    ("storage_url", "origin"),
    [
        ("s3://id:secret@bucket?endpoint=http://s3.example:9000", "http://s3.example:9000"),
        ("s3://id:secret@bucket?public_url=https://cdn.example/pictures", "https://cdn.example"),
        ("s3://id:secret@bucket?endpoint=http://s3:9000&served_by=web", ""),
        ("s3://id:secret@bucket?endpoint=http://s3:9000&served_by=redirect", "http://s3:9000"),
        ("", ""),
    ],
)
def test_the_admin_shows_pictures_from_where_they_are_kept(db, settings, storage_url, origin):
    settings.STORAGES = {**settings.STORAGES, "default": image_storage(storage_url, cache_control="")}
    policy = Client().get("/admin/login/")["Content-Security-Policy"]
    assert f"img-src 'self' data: {origin}".rstrip() + ";" in policy
