"""manage.py check_provider: one picture, and where the time went; or a sentence and a non-zero end."""

import re

import pytest
from django.core.management import CommandError, call_command

from generations.providers import ErrorCode, ProviderError
from tests.providers import png

SECONDS = re.compile(r"\d+\.\d\d s")


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path, provider):
    settings.DATA_DIR = tmp_path
    return tmp_path


def said(capsys, *args, **options):
    call_command("check_provider", *args, **options)
    return SECONDS.sub("0 s", capsys.readouterr().out).splitlines()


def test_it_says_what_was_asked_what_came_and_where_it_is(capsys, data_dir):
    path = data_dir / "check" / "default.png"
    assert said(capsys, prompt="a red fox") == [
        "Started  in 0 s",
        "Asked    default (scripted) for 1024 × 1024: a red fox",
        "Painted  by script in 0 s",
        f"Came     image/png, 8 × 8, {len(png())} bytes, inspected in 0 s",
        f"Kept     {path}",
    ]
    assert path.read_bytes() == png()


def test_an_alias_and_a_ratio_can_be_named(capsys, settings):
    settings.IMAGE_PROVIDERS["other"] = {"BACKEND": "tests.providers.Painter"}
    lines = said(capsys, "other", aspect_ratio="21:9")
    assert lines[1] == "Asked    other (painter) for 2016 × 864: a lighthouse on a cliff at sunset"


def test_no_row_is_written(capsys, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        said(capsys)


def refused(*args, **options):
    with pytest.raises(CommandError) as refusal:
        call_command("check_provider", *args, **options)
    assert refusal.value.returncode == 1
    return SECONDS.sub("0 s", str(refusal.value))


def test_a_failure_is_told_in_the_providers_sentence(provider):
    def fail(request):
        raise ProviderError("The image service is busy.", code=ErrorCode.PROVIDER_RATE_LIMITED, retry_after_s=30)

    provider.answer = staticmethod(fail)
    assert refused() == "The image service is busy. (PROVIDER_RATE_LIMITED, may pass, again after 30 s; after 0 s)"


def test_garbage_is_told_by_its_size(provider):
    provider.answer = staticmethod(lambda request: b"<html>")
    assert refused() == "The provider's answer is not an image. (6 bytes came)"


def test_what_is_missing_is_told_before_anything_is_asked(settings):
    settings.IMAGE_PROVIDERS["acme"] = {"BACKEND": "tests.providers.Keyless"}
    assert refused("acme") == "Image provider 'acme': there is no key; set ACME_API_KEY"


def test_an_unknown_name_is_told_with_those_that_are_there():
    assert refused("nobody") == "No provider is called 'nobody'. There are: default."


def test_one_that_does_not_start_is_told(settings):
    settings.IMAGE_PROVIDERS["acme"] = {"BACKEND": "nowhere.Provider"}
    assert refused("acme") == "Image provider 'acme' does not start: No module named 'nowhere'"


def test_one_that_cannot_do_it_is_told(settings):
    settings.IMAGE_PROVIDERS["picky"] = {"BACKEND": "tests.providers.Picky"}
    assert refused("picky", aspect_ratio="9:16") == "It cannot make pictures of 9:16."


def test_a_prompt_that_the_api_would_refuse_is_refused():
    for prompt in (" ", "x" * 5001):
        assert refused(prompt=prompt) == "--prompt is text of 1 to 5000 characters."
