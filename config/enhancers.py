"""Prompt enhancers by environment variables: with a vendor's key, its small language model betters the prompts.

An option whose variable is empty is left to the enhancer's own default.
"""

from collections.abc import Mapping
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

Configuration = dict[str, Any]

RULES: Configuration = {"BACKEND": "enhancement.enhancers.rules.RulesEnhancer", "OPTIONS": {}}


def prompt_enhancers(
    env: environ.Env, keys: Mapping[str, str], image_providers: Mapping[str, Configuration], *, timeout_s: float
) -> dict[str, Configuration]:
    """PROMPT_ENHANCERS: ENHANCER by name, else the first whose model is named, else the first that has a key.

    A model is asked where its vendor is asked for pictures, unless an address of its own is set.
    """
    enhancers = {
        "openai": configuration(
            "enhancement.enhancers.openai.OpenAIEnhancer",
            api_key=keys["openai"],
            base_url=env.str("OPENAI_ENHANCER_BASE_URL", default="") or address_of(image_providers, "openai"),
            model=env.str("OPENAI_ENHANCER_MODEL", default=""),
            timeout_s=timeout_s,
        ),
        "gemini": configuration(
            "enhancement.enhancers.gemini.GeminiEnhancer",
            api_key=keys["gemini"],
            base_url=env.str("GEMINI_ENHANCER_BASE_URL", default="") or address_of(image_providers, "gemini"),
            model=env.str("GEMINI_ENHANCER_MODEL", default=""),
            timeout_s=timeout_s,
        ),
        "rules": RULES,
    }
    name = env.str("ENHANCER", default="") or first_with("model", enhancers) or first_with("api_key", enhancers)
    if name and name not in enhancers:
        raise ImproperlyConfigured("ENHANCER is rules, openai or gemini; empty is by what has a key.")
    return {"default": enhancers[name or "rules"]}


def first_with(option: str, enhancers: Mapping[str, Configuration]) -> str:
    return next((name for name, enhancer in enhancers.items() if option in enhancer["OPTIONS"]), "")


def address_of(image_providers: Mapping[str, Configuration], name: str) -> str:
    return str(image_providers.get(name, {}).get("OPTIONS", {}).get("base_url", ""))


def configuration(backend: str, **options: Any) -> Configuration:
    return {"BACKEND": backend, "OPTIONS": {name: value for name, value in options.items() if value != ""}}
