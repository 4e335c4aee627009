"""The admin in a real browser, under its Content-Security-Policy: everything works and nothing is complained of."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import ConsoleMessage, Page, expect, sync_playwright

from tests.admin.addresses import CANARY, addresses, make_rows
from tests.api.live import serve
from tests.api.test_docs import ARGUMENTS
from tests.servers.process import HOST

CHROMIUM = shutil.which("chromium")
PASSWORD = "correct horse battery"
NO_PAGES = {"logout", "jsi18n", "autocomplete", "search", "view_on_site", "anything_else", "old_change"}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")


@pytest.fixture
def served(transactional_db, database_url, redis_url, tmp_path, settings):
    """Easel with a superuser and one row of everything; its address, and the rows."""
    settings.MEDIA_ROOT = tmp_path / "data" / "media"
    User.objects.create_superuser("boss", password=PASSWORD)
    rows = make_rows()
    with serve(tmp_path, DATABASE_URL=database_url, REDIS_URL=redis_url, BROKER_URL=redis_url) as server:
        yield f"http://{HOST}:{server.port}", rows


def is_complaint(message: ConsoleMessage) -> bool:
    """Pages that nobody may open are visited too, and their 403 is noted; what a policy blocks reads otherwise."""
    noted = message.text.startswith("Failed to load resource: the server responded with a status of 40")
    return message.type in {"error", "warning"} and not noted


@contextmanager
def browser_of_staff(address: str) -> Iterator[tuple[Page, list[str]]]:
    """A page that has logged in through the form, and what the browser has complained of."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_context(base_url=address, viewport={"width": 1400, "height": 900}).new_page()
        page.set_default_timeout(8_000)
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if is_complaint(message) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/admin/login/")
        page.fill("#id_username", "boss")
        page.fill("#id_password", PASSWORD)
        page.click("#login-form button")
        expect(page).to_have_url(f"{address}/admin/")
        yield page, complaints
        browser.close()


def test_every_page_of_the_admin_keeps_its_policy(served):
    address, rows = served
    paths = [each.path(rows) for each in addresses() if each.view not in NO_PAGES]
    assert len(paths) > 50
    with browser_of_staff(address) as (page, complaints):
        for path in paths:
            page.goto(path)
            expect(page.locator("html[x-cloak]")).to_have_count(0)  # Alpine has started
    assert complaints == []


def test_what_uses_scripts_works(served):
    address, _ = served
    with browser_of_staff(address) as (page, complaints):
        for use in (switch_the_theme, hide_the_sidebar, search_everywhere, filter_the_list, choose_an_action):
            use(page)
        for use in (pick_a_date, choose_a_permission, complete_a_name, write_a_slug, copy_a_key):
            use(page)
    assert complaints == []


def switch_the_theme(page: Page) -> None:
    page.goto("/admin/")
    for theme, dark in (("dark", 1), ("light", 0)):
        page.get_by_text("boss", exact=True).click()
        page.locator(f"[x-on\\:click=\"switchTheme('{theme}')\"]").click()
        expect(page.locator("html.dark")).to_have_count(dark)
        page.reload()
        expect(page.locator("html.dark")).to_have_count(dark)


def hide_the_sidebar(page: Page) -> None:
    link = page.get_by_role("link", name="Organizations").first
    switch = page.locator("[x-on\\:click^='sidebarDesktopOpen']")
    expect(link).to_be_visible()
    switch.click()
    expect(link).to_be_hidden()
    switch.click()
    expect(link).to_be_visible()


def search_everywhere(page: Page) -> None:
    """By htmx."""
    page.keyboard.press("Control+k")
    expect(page.locator("#search-input-command")).to_be_focused()  # 20 ms later
    page.keyboard.type("Generations")
    expect(page.locator("#command-results-list a").first).to_be_visible()
    page.keyboard.press("Escape")


def filter_the_list(page: Page) -> None:
    page.goto("/admin/generations/generation/")
    page.locator("[x-on\\:click='filterOpen = true']").click()
    page.locator("#select2-id_status__exact-container").click()
    page.locator(".select2-results__option", has_text="Failed").click()
    page.get_by_role("button", name="Apply Filters").click()
    expect(page).to_have_url(re.compile("status__exact=failed"))
    expect(page.locator("#result_list a", has_text=CANARY)).to_have_count(0)


def choose_an_action(page: Page) -> None:
    page.goto("/admin/generations/generation/")
    page.locator("input.action-select").check()
    page.locator("select[name=action]").select_option("fail_now")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("Fail now?")).to_be_visible()
    page.get_by_role("link", name="No, take me back").click()
    expect(page).to_have_url(re.compile("/admin/generations/generation/$"))


def pick_a_date(page: Page) -> None:
    page.get_by_role("link", name="Staff").click()
    page.get_by_role("link", name=f"{CANARY}-user").click()
    page.locator("#calendarlink0").click()
    page.locator("#calendarbox0 td.today a").click()
    expect(page.locator("#id_last_login_0")).to_have_value(re.compile(r"\d{4}-\d\d-\d\d"))


def choose_a_permission(page: Page) -> None:
    page.locator("#id_groups_from").select_option(label=f"{CANARY}-group")
    page.locator("#id_groups_add").click()
    expect(page.locator("#id_groups_to option")).to_have_count(1)


def complete_a_name(page: Page) -> None:
    page.goto("/admin/projects/project/add/")
    page.locator("#select2-id_organization-container").click()
    page.locator(".select2-search__field").fill(CANARY)
    page.locator(".select2-results__option", has_text=f"{CANARY}-organization").click()


def write_a_slug(page: Page) -> None:
    page.locator("#id_name").press_sequentially("New Shop")
    expect(page.locator("#id_slug")).to_have_value("new-shop")


def copy_a_key(page: Page) -> None:
    page.goto("/admin/projects/apikey/")
    page.get_by_role("link", name=f"{CANARY}-key").click()
    page.get_by_role("link", name="Rotate").click()
    page.get_by_role("button", name="Yes, I’m sure").click()
    page.locator("[data-copy=key]").click()
    expect(page.locator("[data-copy=key]")).to_contain_text(re.compile("Copied|Press Ctrl-C"))
