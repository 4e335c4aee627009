"""The docs as people see them, in a real browser."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.live.easel import Easel
from tests.live.worker import wait_until

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PROVIDERS = json.dumps({"default": {"BACKEND": "tests.providers.Prompted"}})

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")


@pytest.fixture(params=[""])
def easel(request, tmp_path):
    """Running, with the ``PUBLIC_URL`` that the test names."""
    running = Easel(tmp_path / "data", IMAGE_PROVIDERS=PROVIDERS, PUBLIC_URL=request.param)
    wait_until(running.answers)
    yield running
    running.kill()


class Docs:
    """The page in a browser of its own: what it has fetched, and what the browser complained of."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.fetched: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.fetched.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.open()

    def open(self) -> None:
        self.page.goto(f"{self.url}/docs")
        expect(self.page.locator(".opblock")).to_have_count(8 + 10 + 3)

    def authorize(self, key: str) -> None:
        self.page.click("button.authorize")
        self.page.fill(".auth-container input", key)
        self.page.click(".modal-btn.authorize")
        self.page.click(".btn-done")

    def try_out(self, operation: str, body: str = "", *, tag: str = "Generations", of: str = ""):
        """Execute it, with its first example or this body, of what has this id; return what is answered."""
        block = self.page.locator(f"#operations-{tag}-{operation}")
        if not block.locator(".execute").count():
            block.locator(".opblock-summary").click()
        if body:
            block.locator("textarea.body-param__text").fill(body)
        if of:
            block.locator("tr[data-param-in=path] input").fill(of)
        path = f"**/api/v1/{tag.lower()}/{of}/*" if of else f"**/api/v1/{tag.lower()}*"
        with self.page.expect_response(path) as answered:
            block.locator(".execute").click()
        status = block.locator(".live-responses-table tbody .response-col_status").first
        expect(status).to_contain_text(str(answered.value.status))
        return block.locator(".live-responses-table")

    @contextmanager
    def reopened(self) -> Iterator["Docs"]:
        """In another tab of the same browser."""
        page = self.page.context.new_page()
        yield Docs(page, self.url)
        page.close()


@pytest.fixture
def docs(easel):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield Docs(browser.new_context().new_page(), easel.url)
        browser.close()


def test_a_newcomer_makes_pictures_from_the_docs_and_sees_them(easel, docs):
    docs.authorize(easel.key)
    answer = docs.try_out("createGeneration")
    expect(answer).to_contain_text('"status": "pending"')
    picture = answer.locator("figure img")
    expect(picture).to_be_visible(timeout=30_000)
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 8
    expect(answer.locator("figcaption")).to_have_text("image/png, 8×8")
    # Again, with another body: nothing was filled in that would make it the same request.
    answer = docs.try_out("createGeneration", '{"prompt": "blocked: a cat"}')
    expect(answer.locator("p.easel-picture")).to_have_text("The image service refused the prompt.", timeout=30_000)
    listed = docs.try_out("listGenerations")
    expect(listed.locator("figure img")).to_have_count(1)
    # On a phone it has the width of the answer, and nothing scrolls aside.
    docs.page.set_viewport_size({"width": 390, "height": 844})
    edges = [listed.locator(part).first.bounding_box()["x"] for part in ("figure", ".highlight-code")]
    assert edges[0] == edges[1]
    assert docs.page.evaluate("document.documentElement.scrollWidth") == 390
    # What waits to be sent to a webhook is pending, too, and no picture.
    webhook = easel.call("/api/v1/webhooks", {"url": "https://192.0.43.8/hook"}, easel.key)["id"]
    easel.call(f"/api/v1/webhooks/{webhook}/test", {}, easel.key)
    waiting = docs.try_out("listDeliveries", tag="Webhooks", of=webhook)
    expect(waiting).to_contain_text('"status": "pending"')
    expect(waiting.locator(".easel-picture")).to_have_count(0)
    assert [url for url in docs.fetched if not url.startswith((easel.url, "data:"))] == []
    assert docs.complaints == []


# An operator opens the docs at an address that is not the public one, to which a browser would not let them speak.
@pytest.mark.parametrize("easel", ["https://easel.example"], indirect=True)
def test_the_key_is_kept_for_the_session_and_no_longer_and_this_server_is_asked(easel, docs):
    docs.page.evaluate("localStorage.setItem('authorized', 'a key of before')")
    docs.open()
    docs.authorize(easel.key)
    assert docs.page.evaluate("Object.values(localStorage)") == []
    docs.open()
    expect(docs.try_out("listGenerations")).to_contain_text('"total": 0')
    with docs.reopened() as later:
        expect(later.try_out("listGenerations")).to_contain_text("UNAUTHORIZED")
    docs.page.click("button.authorize")
    docs.page.click(".modal-btn.auth:not(.btn-done)")
    assert docs.page.evaluate("Object.values(sessionStorage)") == []
