"""Image providers by environment variables: a vendor's key is enough for pictures.

An option whose variable is empty is left to the provider's own default.
"""

import json
from collections.abc import Mapping
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

Configuration = dict[str, Any]

SKETCH: Configuration = {"BACKEND": "generations.providers.sketch.SketchProvider", "OPTIONS": {}}
ENOUGH = {"openai": {"api_key", "base_url"}, "gemini": {"api_key"}, "diffusers": {"model"}}
HOSTED = ("openai", "gemini")


def image_providers(env: environ.Env, keys: Mapping[str, str]) -> tuple[dict[str, Configuration], list[str]]:
    """IMAGE_PROVIDERS and IMAGE_PROVIDER_CHAIN, by the vendors' keys: what is configured or asked for.

    The operator's own come first. Local weights stand in for nobody unless they are asked for, and neither does the
    sketch, which is no model. The first of the chain is also called "default".
    """
    own = configurations_in("IMAGE_PROVIDERS", env.str("IMAGE_PROVIDERS", default=""))
    asked_for = [alias.strip() for alias in env.list("IMAGE_PROVIDER_CHAIN", default=[]) if alias.strip()]
    vendors = {
        "openai": openai(env, keys["openai"]),
        "gemini": gemini(env, keys["gemini"]),
        "diffusers": diffusers(env),
    }
    configured = [alias for alias, vendor in vendors.items() if ENOUGH[alias] & set(vendor["OPTIONS"])]
    hosted = [alias for alias in configured if alias in HOSTED]
    chain = asked_for or [*own][:1] or hosted or configured or ["sketch"]
    providers = {alias: vendor for alias, vendor in vendors.items() if alias in {*configured, *chain}}
    providers |= {"sketch": SKETCH} | own
    providers.setdefault("default", providers.get(chain[0], SKETCH))
    return providers, chain


def openai(env: environ.Env, api_key: str) -> Configuration:
    return configuration(
        "generations.providers.openai.OpenAIProvider",
        api_key=api_key,
        base_url=env.str("OPENAI_BASE_URL", default=""),
        model=env.str("OPENAI_IMAGE_MODEL", default=""),
        quality=env.str("OPENAI_IMAGE_QUALITY", default=""),
        output_format=env.str("OPENAI_IMAGE_FORMAT", default=""),
        moderation=env.str("OPENAI_IMAGE_MODERATION", default=""),
        timeout_s=env.float("OPENAI_IMAGE_TIMEOUT_S", default=120),
        image_hosts=env.list("OPENAI_IMAGE_HOSTS", default=[]),
    )


def gemini(env: environ.Env, api_key: str) -> Configuration:
    return configuration(
        "generations.providers.gemini.GeminiProvider",
        api_key=api_key,
        base_url=env.str("GEMINI_BASE_URL", default=""),
        model=env.str("GEMINI_IMAGE_MODEL", default=""),
        timeout_s=env.float("GEMINI_IMAGE_TIMEOUT_S", default=120),
    )


def diffusers(env: environ.Env) -> Configuration:
    return configuration(
        "generations.providers.diffusers.DiffusersProvider",
        model=env.str("DIFFUSERS_MODEL", default=""),
        variant=env.str("DIFFUSERS_VARIANT", default=""),
        device=env.str("DIFFUSERS_DEVICE", default=""),
        scheduler=env.str("DIFFUSERS_SCHEDULER", default=""),
        steps=env.int("DIFFUSERS_STEPS", default=None),
        guidance=env.float("DIFFUSERS_GUIDANCE", default=None),
        max_pixels=env.int("DIFFUSERS_MAX_PIXELS", default=None),
        attention_slicing=env.bool("DIFFUSERS_ATTENTION_SLICING", default=False),
        compile=env.bool("DIFFUSERS_COMPILE", default=False),
    )


def configurations_in(variable: str, text: str) -> dict[str, Configuration]:
    """What an operator adds, as JSON in the form of the setting; the first one is used where nothing else is said."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        found = None
    if isinstance(found, dict) and all(isinstance(each, dict) and "BACKEND" in each for each in found.values()):
        return found
    raise ImproperlyConfigured(f'{variable} is JSON like {{"acme": {{"BACKEND": "…", "OPTIONS": {{}}}}}}.')


def configuration(backend: str, **options: Any) -> Configuration:
    return {
        "BACKEND": backend,
        "OPTIONS": {name: value for name, value in options.items() if value not in ("", None, [])},
    }
