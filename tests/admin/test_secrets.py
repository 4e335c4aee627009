"""No page of the admin shows a digest or a secret, and none lets one guess it."""

import re
from collections import deque

import pytest
from django.contrib.admin.models import LogEntry

from generations.images.models import StorageIntent
from projects.models import ApiKey
from tests.factories import ApiKeyFactory, AttemptFactory, GenerationFactory

LINK = re.compile(r'href="(/admin/[^"#?]*)')
LEAVE_ALONE = ("/admin/logout/", "/admin/jsi18n/")


def crawl(browser, start: str) -> dict[str, str]:
    """Every page that links lead to, by its address."""
    pages: dict[str, str] = {}
    waiting = deque([start])
    while waiting:
        path = waiting.popleft()
        if path in pages or path.startswith(LEAVE_ALONE):
            continue
        answer = browser.get(path, follow=True)
        assert answer.status_code == 200, path
        pages[path] = answer.content.decode()
        waiting.extend(LINK.findall(pages[path]))
    return pages


def test_no_page_shows_a_digest_or_a_secret(boss):
    api_key = ApiKeyFactory()
    AttemptFactory(generation=GenerationFactory(success=True, project=api_key.project))
    StorageIntent.objects.create(key="a/b.png", collect_at=api_key.expires_at)
    boss.post(f"/admin/projects/apikey/{api_key.pk}/change/", {"name": "renamed", "rate_limit_per_hour": "5"})
    assert LogEntry.objects.count() == 1

    pages = crawl(boss, "/admin/")

    visited = " ".join(pages)
    for model in ("organization", "project", "apikey", "generation", "image", "storageintent", "user"):
        assert re.search(rf"/{model}/[^ ]+/change/", visited), model
    for page in ("apikey/add/", f"apikey/{api_key.pk}/rotate/", f"apikey/{api_key.pk}/history/"):
        assert f"/admin/projects/{page}" in pages
    for path, page in pages.items():
        assert api_key.digest not in page, path
        assert api_key.text[13:-6] not in page, path


@pytest.mark.parametrize("lookup", ["digest", "digest__startswith", "digest__regex"])
def test_no_filter_spells_the_digest_out(boss, lookup):
    api_key = ApiKeyFactory()
    answer = boss.get("/admin/projects/apikey/", {lookup: api_key.digest[:1]})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "admin", ["projects/project", "projects/organization", "generations/generation", "images/image"]
)
def test_nor_does_a_filter_of_another_list(boss, admin):
    ApiKeyFactory()
    for path in ("api_key__digest", "api_keys__digest", "project__api_keys__digest", "projects__api_keys__digest"):
        answer = boss.get(f"/admin/{admin}/", {f"{path}__startswith": "0"})
        assert answer.status_code in (302, 400)


def test_a_search_does_not_find_a_key_by_its_digest(boss):
    api_key = ApiKeyFactory()
    answer = boss.get("/admin/projects/apikey/", {"q": api_key.digest})
    assert list(answer.context["cl"].result_list) == []
    assert ApiKey.objects.get() == api_key
