"""The admin in a real browser, under its Content-Security-Policy: everything works and nothing is complained of."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import ConsoleMessage, Page, expect, sync_playwright

from generations.images.models import Image
from generations.models import Generation
from projects.models import ApiKey, Organization, Project
from projects.webhooks.models import Delivery, Endpoint
from tests.admin.addresses import CANARY, addresses, make_rows
from tests.api.live import serve
from tests.api.test_docs import ARGUMENTS
from tests.factories import GenerationFactory, ProjectFactory
from tests.servers.process import HOST

CHROMIUM = shutil.which("chromium")
FILLED_IN = {Organization, Project, ApiKey, Endpoint, Group, User}
PASSWORD = "correct horse battery"
NO_PAGES = {"logout", "jsi18n", "autocomplete", "search", "view_on_site", "anything_else", "old_change"}

# CI, which installs one, must not go on without.
MAY_BE_MISSING = not os.environ.get("CI") or bool(os.environ.get("WITHOUT_BROWSER"))

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(CHROMIUM is None and MAY_BE_MISSING, reason="needs chromium"),
]


@pytest.fixture(scope="module")
def served(django_db_setup, django_db_blocker, tmp_path_factory):
    """Easel with a superuser and some rows of everything; its address, and the rows.

    One for all tests, which takes as long to start as a dozen pages, on this worker's database, where it sees what is
    committed: here, and not in a test. To empty that in between would give content types other ids than it remembers.
    """
    folder = tmp_path_factory.mktemp("admin")
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    redis = settings.REDIS_URL
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")  # playwright's loop runs in this thread, and none of ours
        patch.setattr(settings, "MEDIA_ROOT", folder / "data" / "media")
        with django_db_blocker.unblock():
            User.objects.create_superuser("boss", password=PASSWORD)
            rows = make_rows()
            GenerationFactory(original_prompt="a generation to steer")
            GenerationFactory.create_batch(60, failed=True, project=ProjectFactory(name="Narrow", max_queued=7))
        with serve(folder, DATABASE_URL=url, REDIS_URL=redis, BROKER_URL=redis) as server:
            yield f"http://{HOST}:{server.port}", rows
        with django_db_blocker.unblock():
            call_command("flush", interactive=False, verbosity=0)


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
    """A history and a deletion look alike for all models; and the forms are filled in below."""
    address, rows = served
    found = [each for each in addresses() if each.view not in NO_PAGES]
    alike = [each for each in found if each.view in {"history", "delete"} and each.model is not Organization]
    filled_in = [each for each in found if each.view in {"add", "change"} and each.model in FILLED_IN]
    paths = [each.path(rows) for each in found if each not in alike + filled_in]
    assert len(paths) > 30
    with browser_of_staff(address) as (page, complaints):
        for path in paths:
            page.goto(path, wait_until="domcontentloaded")
            expect(page.locator("html[x-cloak]")).to_have_count(0)  # Alpine has started
    assert complaints == []


def test_what_uses_scripts_works(served):
    address, _ = served
    with browser_of_staff(address) as (page, complaints):
        for use in (switch_the_theme, hide_the_sidebar, search_everywhere, filter_the_list, choose_an_action):
            use(page)
        for use in (pick_a_date, choose_a_permission):
            use(page)
    assert complaints == []


def test_each_form_is_filled_in_and_taken(served):
    address, _ = served
    with browser_of_staff(address) as (page, complaints):
        for use in (an_organization, a_project, an_api_key, a_webhook, a_group, a_member_of_staff):
            use(page)
        for use in (an_alias, a_delivery, a_generation, all_that_have_failed, a_password_and_goodbye):
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
    page.locator("input.action-select").first.check()
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


# ── Forms ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def save(page: Page, said: str = "successfully") -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(re.compile(said)).first).to_be_visible()


def sure(page: Page, said: str) -> None:
    page.get_by_role("button", name="Yes, I’m sure").click()
    expect(page.get_by_text(re.compile(said)).first).to_be_visible()


def choose(page: Page, field: str, name: str) -> None:
    """From what the server completes."""
    page.locator(f"#select2-id_{field}-container").click()
    page.locator(".select2-search__field").fill(name)
    page.locator(".select2-results__option", has_text=name).first.click()


def an_organization(page: Page) -> None:
    page.goto("/admin/projects/organization/add/")
    page.locator("#id_name").press_sequentially("Old Mill")
    expect(page.locator("#id_slug")).to_have_value("old-mill")
    save(page)
    assert Organization.objects.get(slug="old-mill").name == "Old Mill"


def a_project(page: Page) -> None:
    page.goto("/admin/projects/project/add/")
    choose(page, "organization", "Old Mill")
    page.locator("#id_name").press_sequentially("New Shop")
    expect(page.locator("#id_slug")).to_have_value("new-shop")
    save(page)
    page.locator("#result_list").get_by_role("link", name="New Shop").click()
    page.fill("#id_max_queued", "7")
    save(page)
    assert Project.objects.get(slug="new-shop").queue_limit == 7


def an_api_key(page: Page) -> None:
    page.goto("/admin/projects/apikey/add/")
    choose(page, "project", "New Shop")
    page.fill("#id_name", "till")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#key")).to_have_text(re.compile("^esl_"))
    page.goto(f"/admin/projects/apikey/{ApiKey.objects.get(name='till').pk}/change/")
    page.fill("#id_name", "counter")
    save(page)
    page.locator("#result_list").get_by_role("link", name="counter").click()
    page.get_by_role("link", name="Rotate").click()
    page.get_by_role("button", name="Yes, I’m sure").click()
    page.locator("[data-copy=key]").click()
    expect(page.locator("[data-copy=key]")).to_contain_text(re.compile("Copied|Press Ctrl-C"))
    page.goto(f"/admin/projects/apikey/{ApiKey.objects.filter(name='counter').latest('created_at').pk}/change/")
    page.get_by_role("link", name="Revoke").click()
    sure(page, "The key is revoked")


def a_webhook(page: Page) -> None:
    page.goto("/admin/webhooks/endpoint/add/")
    choose(page, "project", "New Shop")
    page.fill("#id_url", "https://93.184.215.14/hooks")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#secret")).to_have_text(re.compile("^whsec_"))
    page.get_by_role("link", name="The webhook").click()
    page.fill("#id_description", "of the till")
    page.get_by_label("generation.failed").check()
    save(page)
    endpoint = Endpoint.objects.get(description="of the till", event_types=["generation.failed"])
    change = f"/admin/webhooks/endpoint/{endpoint.pk}/change/"
    for link, said in (("Send test", "A test is on its way"), ("Disable", "Disabled")):
        page.goto(change)
        page.get_by_role("link", name=re.compile(f"{link}$")).click()
        sure(page, said)
    page.goto(f"/admin/webhooks/endpoint/{endpoint.pk}/delete/")
    sure(page, "was deleted")


def a_group(page: Page) -> None:
    page.goto("/admin/auth/group/add/")
    page.fill("#id_name", "Keepers")
    page.locator("#id_permissions_from").select_option(index=0)
    page.locator("#id_permissions_add").click()
    save(page)
    assert Group.objects.get(name="Keepers").permissions.count() == 1


def a_member_of_staff(page: Page) -> None:
    page.goto("/admin/auth/user/add/")
    page.fill("#id_username", "clerk")
    page.fill("#id_password1", PASSWORD)
    page.fill("#id_password2", PASSWORD)
    save(page)
    page.fill("#id_first_name", "Ada")
    page.get_by_label("Staff status").check()
    save(page)
    clerk = User.objects.get(username="clerk", first_name="Ada", is_staff=True)
    page.goto(f"/admin/auth/user/{clerk.pk}/password/")
    page.fill("#id_password1", f"new {PASSWORD}")
    page.fill("#id_password2", f"new {PASSWORD}")
    page.locator("#content-main button[type=submit], [name=set-password]").first.click()
    expect(page.get_by_text("Password changed successfully")).to_be_visible()
    page.goto(f"/admin/auth/user/{clerk.pk}/delete/")
    sure(page, "was deleted")


def an_alias(page: Page) -> None:
    page.goto("/admin/images/image/")
    page.get_by_role("link", name=f"@{CANARY}").click()
    page.fill("#id_alias", "@hero")
    save(page)
    assert Image.objects.filter(alias="@hero").exists()


def a_delivery(page: Page) -> None:
    page.goto(f"/admin/webhooks/delivery/{Delivery.objects.latest('created_at').pk}/change/")
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("Sent again")).to_be_visible()


def a_generation(page: Page) -> None:
    generation = Generation.objects.get(original_prompt="a generation to steer")
    page.goto(f"/admin/generations/generation/{generation.pk}/change/")
    page.get_by_role("button", name="Fail now").click()
    sure(page, "Failed by an operator: 1")
    for button, said in (("Run again", "Run again: 1"), ("Move to trash", "Moved to"), ("Restore", "Restored: 1")):
        page.get_by_role("button", name=button).click()
        expect(page.get_by_text(said).first).to_be_visible()
    page.get_by_role("button", name="Delete with image").click()
    sure(page, "Deleted with its image: 1")


def all_that_have_failed(page: Page) -> None:
    page.goto("/admin/generations/generation/?status__exact=failed")
    page.locator("#action-toggle").check()
    page.get_by_text("Select all 60 generations").click()
    page.locator("select[name=action]").select_option("run_again")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("Up to 60 pictures will be asked for anew")).to_be_visible()
    sure(page, "Run again: 7. Left as they were: 53")
    assert Generation.objects.filter(status="pending", repeated_at__isnull=False).count() == 7


def a_password_and_goodbye(page: Page) -> None:
    page.goto("/admin/password_change/")
    page.fill("#id_old_password", PASSWORD)
    page.fill("#id_new_password1", f"new {PASSWORD}")
    page.fill("#id_new_password2", f"new {PASSWORD}")
    page.locator("#content-main button[type=submit], main form button[type=submit]").last.click()
    expect(page).to_have_url(re.compile("password_change/done"))
    page.get_by_text("boss", exact=True).click()
    page.get_by_role("button", name="Log out").click()
    page.goto("/admin/")
    expect(page).to_have_url(re.compile("/admin/login/"))
