"""Image providers by environment variables: a vendor's key is enough for pictures.

An option whose variable is empty is left to the provider's own default.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import Env, absolute_path
from config.settings.hosts import HOSTS, is_host

Configuration = dict[str, Any]

BASE_DIR = Path(__file__).resolve().parents[2]
SKETCH: Configuration = {"BACKEND": "generations.providers.sketch.SketchProvider", "OPTIONS": {}}
ENOUGH = {"openai": {"api_key", "base_url"}, "gemini": {"api_key"}, "diffusers": {"model"}}
HOSTED = ("openai", "gemini")


def image_providers(env: Env, keys: Mapping[str, str]) -> tuple[dict[str, Configuration], list[str]]:
    """IMAGE_PROVIDERS and IMAGE_PROVIDER_CHAIN, by the vendors' keys: what is configured or asked for.

    The operator's own come first. Local weights stand in for nobody unless they are asked for, and neither does the
    sketch, which is no model. The first of the chain is also called "default".
    """
    own = configurations_in("IMAGE_PROVIDERS", env.str("IMAGE_PROVIDERS"))
    asked_for = env.list("IMAGE_PROVIDER_CHAIN")
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


def openai(env: Env, api_key: str) -> Configuration:
    return configuration(
        "generations.providers.openai.OpenAIProvider",
        api_key=api_key,
        base_url=env.url("OPENAI_BASE_URL"),
        model=env.str("OPENAI_IMAGE_MODEL"),
        quality=env.str("OPENAI_IMAGE_QUALITY"),
        output_format=env.str("OPENAI_IMAGE_FORMAT"),
        moderation=env.str("OPENAI_IMAGE_MODERATION"),
        timeout_s=env.float("OPENAI_IMAGE_TIMEOUT_S", default=120, at_least=1, at_most=3600),
        image_hosts=env.list("OPENAI_IMAGE_HOSTS", each=is_host, of=HOSTS),
    )


def gemini(env: Env, api_key: str) -> Configuration:
    return configuration(
        "generations.providers.gemini.GeminiProvider",
        api_key=api_key,
        base_url=env.url("GEMINI_BASE_URL"),
        model=env.str("GEMINI_IMAGE_MODEL"),
        timeout_s=env.float("GEMINI_IMAGE_TIMEOUT_S", default=120, at_least=1, at_most=3600),
    )


def diffusers(env: Env) -> Configuration:
    return configuration(
        "generations.providers.diffusers.DiffusersProvider",
        model=weights(env.str("DIFFUSERS_MODEL")),
        variant=env.str("DIFFUSERS_VARIANT"),
        device=env.str("DIFFUSERS_DEVICE"),
        scheduler=env.str("DIFFUSERS_SCHEDULER"),
        steps=env.int("DIFFUSERS_STEPS", default=None, at_least=1, at_most=1000),
        guidance=env.float("DIFFUSERS_GUIDANCE", default=None, at_least=0, at_most=100),
        max_pixels=env.int("DIFFUSERS_MAX_PIXELS", default=None, at_least=4096, at_most=40_000_000),
        attention_slicing=env.bool("DIFFUSERS_ATTENTION_SLICING", default=False),
        compile=env.bool("DIFFUSERS_COMPILE", default=False),
    )


def weights(text: str) -> str:
    """A folder, by its whole path, or a name on the Hugging Face Hub as it is."""
    folder = absolute_path(text, within=BASE_DIR)
    is_meant = text.startswith(("/", ".", "~")) or text.count("/") > 1
    return str(folder) if text and (is_meant or folder.is_dir()) else text


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
