"""What an operator sees of a provider that is down."""

import pytest

from generations.models import Outcome
from tests.admin.pages import LIST, text
from tests.factories import AttemptFactory, GenerationFactory
from tests.outages import DOWN, open_breaker


@pytest.fixture(autouse=True)
def down(settings):
    settings.IMAGE_PROVIDERS = {"first": {"BACKEND": "tests.providers.Scripted"}} | settings.IMAGE_PROVIDERS
    settings.IMAGE_PROVIDER_CHAIN = ["first"]


def test_the_first_page_says_what_waits_for_whom_and_leads_there(boss):
    GenerationFactory.create_batch(2)
    other = GenerationFactory(project__image_provider="sketch", original_prompt="not down")
    assert "Wait for" not in text(boss.get("/admin/"))
    open_breaker("first")
    page = boss.get("/admin/")
    assert "Wait for first 2" in text(page)
    assert "?waits_for=*" in page.content.decode()
    listed = text(boss.get(LIST, {"waits_for": "*"}))
    assert listed.count("a red sports car") == 2
    assert other.original_prompt not in listed
    assert "Waits for first" in listed


def test_the_page_of_one_says_what_it_waits_for(boss):
    generation = GenerationFactory(attempt=1, waits=1)
    AttemptFactory(generation=generation, number=1, outcome=Outcome.WAITING, error_message=DOWN)
    open_breaker("first")
    seen = text(boss.get(f"{LIST}{generation.pk}/change/"))
    assert f"Waits, because {DOWN} PROVIDER_UNAVAILABLE Not before" in seen
    assert "Retries 0 (and found the provider down: 1)" in seen
    assert "1 provider down" in seen
