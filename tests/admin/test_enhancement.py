"""The page of a generation tells who enhanced its prompt."""

from tests.admin.pages import LIST, text
from tests.factories import GenerationFactory


def words(browser, **fields):
    return text(browser.get(f"{LIST}{GenerationFactory(**fields).pk}/change/"))


def test_the_page_shows_enhancer_and_time(boss):
    seen = words(boss, enhancer="openai:gpt-5.4-mini@1", enhancement_ms=840)
    assert "Template Photorealistic Enhancer openai:gpt-5.4-mini@1 · 840 ms Aspect ratio" in seen
    assert "in place of" not in seen


def test_the_page_shows_why_the_rules_took_over(boss):
    seen = words(boss, enhancer="rules", enhancement_ms=5_003, enhancement_fallback="openai: no answer within 5 s")
    assert "Enhancer rules · 5003 ms in place of openai: no answer within 5 s Aspect ratio" in seen


def test_the_page_shows_no_enhancer_where_there_was_none(boss):
    assert "Enhancer" not in words(boss, auto_enhance=False)
