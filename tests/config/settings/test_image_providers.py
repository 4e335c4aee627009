"""Which providers a set of environment variables means."""

import json

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings.caches import shared_cache
from config.settings.environment import Env
from config.settings.image_providers import SKETCH, image_providers


def read(**variables):
    """The providers' aliases, the chain, and the providers themselves."""
    env = Env(variables)
    keys = {vendor: variables.get(f"{vendor.upper()}_API_KEY", "") for vendor in ("openai", "gemini")}
    providers, chain = image_providers(env, keys)
    return list(providers), chain, providers


def test_with_nothing_set_pictures_are_sketched():
    aliases, chain, providers = read()
    assert (aliases, chain) == (["sketch", "default"], ["sketch"])
    assert providers["default"] == SKETCH


@pytest.mark.parametrize(
    ("variables", "head"),
    [
        ({"OPENAI_API_KEY": "k"}, "openai"),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:8080/v1"}, "openai"),
        ({"GEMINI_API_KEY": "k"}, "gemini"),
        ({"DIFFUSERS_MODEL": "/weights"}, "diffusers"),
    ],
)
def test_one_variable_is_enough(variables, head):
    aliases, chain, providers = read(**variables)
    assert (aliases, chain) == ([head, "sketch", "default"], [head])
    assert providers["default"] == providers[head]


def test_with_both_keys_google_stands_in_for_openai():
    assert read(OPENAI_API_KEY="k", GEMINI_API_KEY="k")[1] == ["openai", "gemini"]


def test_local_weights_stand_in_for_nobody_unless_asked_for():
    both = {"OPENAI_API_KEY": "k", "DIFFUSERS_MODEL": "/weights"}
    assert read(**both)[:2] == (["openai", "diffusers", "sketch", "default"], ["openai"])
    _, chain, providers = read(**both, IMAGE_PROVIDER_CHAIN="diffusers, openai")
    assert chain == ["diffusers", "openai"]
    assert providers["default"] == providers["diffusers"]


def test_what_the_chain_names_is_configured_so_that_it_can_say_what_it_lacks():
    aliases, chain, _ = read(IMAGE_PROVIDER_CHAIN="gemini")
    assert (aliases, chain) == (["gemini", "sketch", "default"], ["gemini"])


def test_ones_own_is_one_variable():
    acme = {"BACKEND": "generations.providers.acme.AcmeProvider", "OPTIONS": {"api_key": "k"}}
    own = json.dumps({"acme": acme, "acme-fast": acme | {"OPTIONS": {"model": "fast"}}})
    aliases, chain, providers = read(OPENAI_API_KEY="k", IMAGE_PROVIDERS=own)
    assert (aliases, chain) == (["openai", "sketch", "acme", "acme-fast", "default"], ["acme"])
    assert providers["acme"] == providers["default"] == acme
    assert read(OPENAI_API_KEY="k", IMAGE_PROVIDERS=own, IMAGE_PROVIDER_CHAIN="openai,acme")[1] == ["openai", "acme"]


def test_the_settings_own_form_is_taken_too():
    acme = {"BACKEND": "generations.providers.acme.AcmeProvider"}
    _, chain, providers = read(OPENAI_API_KEY="k", IMAGE_PROVIDERS=json.dumps({"default": acme}))
    assert (chain, providers["default"]) == (["default"], acme)


@pytest.mark.parametrize("text", ["acme", "[]", '{"acme": "generations.providers.acme"}', '{"acme": {"OPTIONS": {}}}'])
def test_what_is_no_configuration_is_refused_by_its_name(text):
    with pytest.raises(ImproperlyConfigured, match=r"^IMAGE_PROVIDERS is JSON like "):
        read(IMAGE_PROVIDERS=text)


def test_what_is_not_set_is_left_to_the_provider():
    assert read(GEMINI_API_KEY="k")[2]["gemini"]["OPTIONS"] == {"api_key": "k", "timeout_s": 120}


def test_every_option_has_its_variable():
    _, _, providers = read(
        OPENAI_API_KEY="k",
        OPENAI_BASE_URL="http://127.0.0.1/v1",
        OPENAI_IMAGE_MODEL="m",
        OPENAI_IMAGE_QUALITY="high",
        OPENAI_IMAGE_FORMAT="webp",
        OPENAI_IMAGE_MODERATION="low",
        OPENAI_IMAGE_TIMEOUT_S="90",
        OPENAI_IMAGE_HOSTS="a.example,.b.example",
        DIFFUSERS_MODEL="/weights",
        DIFFUSERS_STEPS="4",
        DIFFUSERS_GUIDANCE="0",
        DIFFUSERS_COMPILE="true",
    )
    assert providers["openai"]["OPTIONS"] == {
        "api_key": "k",
        "base_url": "http://127.0.0.1/v1",
        "model": "m",
        "quality": "high",
        "output_format": "webp",
        "moderation": "low",
        "timeout_s": 90.0,
        "image_hosts": ["a.example", ".b.example"],
    }
    assert providers["diffusers"]["OPTIONS"] == {
        "model": "/weights",
        "steps": 4,
        "guidance": 0.0,
        "attention_slicing": False,
        "compile": True,
    }


@pytest.mark.parametrize("alias", ["openai", "gemini", "diffusers"])
def test_each_vendor_takes_its_options(alias):
    from generations.providers import build_provider

    variables = {"OPENAI_API_KEY": "k", "GEMINI_API_KEY": "k", "DIFFUSERS_MODEL": "m", "DIFFUSERS_VARIANT": "fp16"}
    _, _, providers = read(**variables)
    assert build_provider(providers[alias]).name == alias


def test_the_cache_is_shared_where_there_is_a_redis():
    assert shared_cache("")["BACKEND"] == "django.core.cache.backends.locmem.LocMemCache"
    assert shared_cache("redis://127.0.0.1/0")["LOCATION"] == "redis://127.0.0.1/0"
