"""The docs as people see them, in a real browser."""

import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from generations.models import Generation
from tests.servers.process import HOST

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")


def make_a_generation_from_the_docs(address, key):
    """Authorize, try createGeneration out with its first example; return what was said, fetched and complained of."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page()
        fetched, complaints = [], []
        page.on("request", lambda request: fetched.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{address}/docs")
        expect(page.locator(".opblock")).to_have_count(8 + 10 + 3)
        page.click("button.authorize")
        page.fill(".auth-container input", key)
        page.click(".modal-btn.authorize")
        page.click(".btn-done")
        operation = page.locator("#operations-Generations-createGeneration")
        operation.locator(".opblock-summary").click()
        operation.locator(".execute").click()
        answer = operation.locator(".live-responses-table").inner_text()
        browser.close()
    return answer, fetched, complaints


def test_a_generation_is_made_from_the_docs_and_nothing_is_fetched_from_elsewhere(server, key):
    address = f"http://{HOST}:{server.port}"
    answer, fetched, complaints = make_a_generation_from_the_docs(address, key)
    assert "201" in answer
    assert '"status": "pending"' in answer
    assert [url for url in fetched if not url.startswith((address, "data:"))] == []
    assert complaints == []
    assert Generation.objects.get().original_prompt == "a red sports car on a mountain road"
