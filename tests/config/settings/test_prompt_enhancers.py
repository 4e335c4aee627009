"""Which enhancer the environment variables choose."""

import json

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import Env
from config.settings.prompt_enhancers import RULES, prompt_enhancers
from enhancement.configuration import build_enhancer

OPENAI = "enhancement.enhancers.openai.OpenAIEnhancer"
GEMINI = "enhancement.enhancers.gemini.GeminiEnhancer"
IMAGES = {"openai": {"BACKEND": "…", "OPTIONS": {"base_url": "http://127.0.0.1:8080/v1"}}}


def chosen(image_providers=None, *, openai_key="", gemini_key="", **variables):
    env = Env(variables)
    keys = {"openai": openai_key, "gemini": gemini_key}
    return prompt_enhancers(env, keys, image_providers or {}, timeout_s=5.0)["default"]


def test_without_a_key_it_is_the_rules():
    assert chosen() == RULES


def test_a_key_is_enough_for_its_vendors_model():
    assert chosen(openai_key="k") == {"BACKEND": OPENAI, "OPTIONS": {"api_key": "k", "timeout_s": 5.0}}
    assert chosen(gemini_key="k") == {"BACKEND": GEMINI, "OPTIONS": {"api_key": "k", "timeout_s": 5.0}}
    for key in ("openai_key", "gemini_key"):
        assert build_enhancer(chosen(**{key: "k"})).problems() == []


def test_with_both_keys_it_is_the_one_whose_model_is_named():
    assert chosen(openai_key="k", gemini_key="k")["BACKEND"] == OPENAI
    assert chosen(openai_key="k", gemini_key="k", GEMINI_ENHANCER_MODEL="m")["BACKEND"] == GEMINI


@pytest.mark.parametrize(("name", "backend"), [("rules", RULES["BACKEND"]), ("openai", OPENAI), ("gemini", GEMINI)])
def test_a_name_decides(name, backend):
    assert chosen(openai_key="k", gemini_key="k", ENHANCER=name)["BACKEND"] == backend


def test_an_unknown_name_is_refused():
    with pytest.raises(ImproperlyConfigured, match=r"^ENHANCER is one of openai, gemini, rules; "):
        chosen(ENHANCER="gpt")


def test_a_server_of_ones_own_needs_a_model_and_an_address():
    variables = {"OPENAI_ENHANCER_MODEL": "llama3.2", "OPENAI_ENHANCER_BASE_URL": "http://127.0.0.1:11434/v1"}
    configured = chosen(**variables)
    assert configured == {
        "BACKEND": OPENAI,
        "OPTIONS": {"base_url": "http://127.0.0.1:11434/v1", "model": "llama3.2", "timeout_s": 5.0},
    }
    assert build_enhancer(configured).problems() == []


def test_a_server_of_ones_own_for_pictures_is_asked_for_prompts_only_by_name():
    assert chosen(IMAGES, openai_key="k") == RULES
    assert chosen(IMAGES, openai_key="k", gemini_key="k")["BACKEND"] == GEMINI
    assert chosen(IMAGES, openai_key="k", OPENAI_ENHANCER_MODEL="m")["BACKEND"] == OPENAI
    by_name = build_enhancer(chosen(IMAGES, openai_key="k", ENHANCER="openai"))
    assert by_name.problems() == ["it names no model; set OPENAI_ENHANCER_MODEL"]


def test_a_gateway_to_google_serves_its_language_models_as_well():
    images = {"gemini": {"BACKEND": "…", "OPTIONS": {"base_url": "https://gateway.example"}}}
    configured = chosen(images, gemini_key="k")
    assert (configured["BACKEND"], configured["OPTIONS"]["base_url"]) == (GEMINI, "https://gateway.example")


def test_ones_own_is_chosen_by_being_there():
    acme = {"BACKEND": "enhancement.enhancers.acme.AcmeEnhancer", "OPTIONS": {"api_key": "k"}}
    own = json.dumps({"acme": acme})
    assert chosen(openai_key="k", PROMPT_ENHANCERS=own) == acme
    assert chosen(PROMPT_ENHANCERS=own, ENHANCER="rules") == RULES


def test_the_address_is_the_image_providers_unless_said_otherwise():
    shared = chosen(IMAGES, openai_key="k", OPENAI_ENHANCER_MODEL="m")
    assert shared["OPTIONS"]["base_url"] == "http://127.0.0.1:8080/v1"
    own = chosen(IMAGES, openai_key="k", OPENAI_ENHANCER_BASE_URL="http://127.0.0.1:11434/v1")
    assert own["OPTIONS"]["base_url"] == "http://127.0.0.1:11434/v1"


def test_a_name_without_its_key_is_reported_at_start():
    assert build_enhancer(chosen(ENHANCER="gemini")).problems() == ["no API key: set GEMINI_API_KEY"]
