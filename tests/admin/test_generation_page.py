"""The page of one generation."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from generations import services
from generations.models import Outcome
from tests.admin.pages import LIST, text
from tests.claims import claim
from tests.factories import ApiKeyFactory, AttemptFactory, GenerationFactory


def words(browser, generation) -> str:
    return text(browser.get(f"{LIST}{generation.pk}/change/"))


def test_the_page_shows_the_picture_both_prompts_and_the_facts(boss):
    generation = GenerationFactory(
        success=True, original_prompt="a red fox", prompt="A red fox at dawn", meta={"käse": [1]}, request_id="req-1234"
    )
    page = boss.get(f"{LIST}{generation.pk}/change/")
    assert f'<img src="/media/{generation.output_image.key}" alt="" width="1792" height="1024"' in page.content.decode()
    seen = text(page)
    assert "Original prompt a red fox Enhanced prompt A red fox at dawn" in seen
    assert "Template Photorealistic Aspect ratio 16:9 Provider sketch · sketch-1" in seen
    assert "Duration 8.5 s Retries 0" in seen
    assert 'Meta { "käse": [ 1 ] }' in seen
    assert "Request req-1234" in seen


def test_the_page_names_the_key_and_leads_to_all_of_it(boss, staff):
    api_key = ApiKeyFactory(name="Shop")
    generation = GenerationFactory(project=api_key.project, api_key=api_key)
    GenerationFactory()
    path = f"{LIST}{generation.pk}/change/"
    page = boss.get(path)
    assert f"API key {api_key} All of this key" in text(page)
    assert f"/admin/projects/apikey/{api_key.pk}/change/" in page.content.decode()
    link = re.search(r'href="([^"]+)">All of this key', page.content.decode())[1]
    assert list(boss.get(link).context["cl"].result_list) == [generation]
    assert "/admin/projects/apikey/" not in staff("generations.view_generation").get(path).content.decode()


def test_a_prompt_is_text_and_not_html(boss):
    generation = GenerationFactory(
        original_prompt="<script>alert(1)</script>", error_message="<b>x</b>", meta={"<i>": 1}
    )
    for path in (LIST, f"{LIST}{generation.pk}/change/"):
        page = boss.get(path).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script>alert(1)" not in page
        assert "<b>x" not in page
        assert "<i>" not in page


def test_the_timeline_tells_each_attempt_in_order(boss):
    generation = GenerationFactory(failed=True, attempt=3)
    began = timezone.now().replace(microsecond=0) - timedelta(minutes=5)
    endings = [(1, Outcome.RETRY, "Busy."), (2, Outcome.LOST, "The worker stopped."), (3, Outcome.FAILED, "Refused.")]
    for number, outcome, error in reversed(endings):
        times = {"started_at": began, "ended_at": began + timedelta(seconds=12)}
        AttemptFactory(
            generation=generation, number=number, outcome=outcome, error_code="", error_message=error, **times
        )
    when = f"{began:%Y-%m-%d %H:%M:%S} · 12 s · sketch"
    assert (
        f"Attempts 1 passing error {when} Busy. 2 worker lost {when} The worker stopped. 3 Failed {when} Refused."
    ) in words(boss, generation)


def test_the_timeline_knows_what_left_no_row(boss):
    running = GenerationFactory(processing=True, attempt=2)
    AttemptFactory(generation=running, number=1)
    assert f"2 running {running.started_at:%Y-%m-%d %H:%M:%S}" in words(boss, running)
    stopped = GenerationFactory(failed=True, attempt=1)
    assert "Attempts 1 ended by an operator" in words(boss, stopped)
    assert "Attempts No worker has taken it yet." in words(boss, GenerationFactory())


def test_the_timeline_tells_who_stopped_an_attempt(boss):
    stopped, canceled = GenerationFactory(processing=True), GenerationFactory(processing=True)
    services.fail_generation(stopped)
    services.cancel_generation(canceled.project, str(canceled.pk))
    for generation, ending in ((stopped, "ended by an operator"), (canceled, "canceled by the caller")):
        services.retry_generation(generation)
        began = f"{claim(generation).started_at:%Y-%m-%d %H:%M}"
        assert re.search(rf"Attempts 1 {ending} {began}:\d\d · [^·]* 2 running {began}", words(boss, generation))


def test_a_failed_one_shows_its_error(boss):
    assert "The provider refused the prompt. image_not_supported No image." in words(
        boss, GenerationFactory(failed=True)
    )


@pytest.mark.parametrize("attempts", [1, 10])
def test_the_page_costs_four_queries(boss, django_assert_num_queries, attempts):
    generation = GenerationFactory(success=True, attempt=attempts)
    for number in range(1, attempts + 1):
        AttemptFactory(generation=generation, number=number)
    path = f"{LIST}{generation.pk}/change/"
    session_user_generation_attempts = 4
    with django_assert_num_queries(session_user_generation_attempts):
        boss.get(path)


@pytest.mark.parametrize("wrong", ["5b8f0c1e-0000-4000-8000-000000000000", "nonsense"])
def test_an_unknown_id_leads_back_with_a_word(boss, wrong):
    answer = boss.get(f"{LIST}{wrong}/change/", follow=True)
    assert answer.redirect_chain == [("/admin/", 302)]
    assert "doesn’t exist" in text(answer)
