"""Prompt enhancers by environment variables: with a vendor's key, its small language model betters the prompts.

An option whose variable is empty is left to the enhancer's own default.
"""

from collections.abc import Mapping

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import Env
from config.settings.image_providers import Configuration, configuration, configurations_in

RULES: Configuration = {"BACKEND": "enhancement.enhancers.rules.RulesEnhancer", "OPTIONS": {}}
VENDORS = {
    "openai": "enhancement.enhancers.openai.OpenAIEnhancer",
    "gemini": "enhancement.enhancers.gemini.GeminiEnhancer",
}


def prompt_enhancers(
    env: Env, keys: Mapping[str, str], image_providers: Mapping[str, Configuration], *, timeout_s: float
) -> dict[str, Configuration]:
    """PROMPT_ENHANCERS: ENHANCER by name, else one of the operator's own, a model that is named, a vendor with a key.

    A vendor is asked where it is asked for pictures, unless an address of its own is set. Another server that speaks
    OpenAI's images API may well have no language model, so that a key for it chooses none.
    """
    own = configurations_in("PROMPT_ENHANCERS", env.str("PROMPT_ENHANCERS"))
    models = {
        "openai": env.str("OPENAI_ENHANCER_MODEL"),
        "gemini": env.str("GEMINI_ENHANCER_MODEL"),
    }
    addresses = {
        "openai": env.url("OPENAI_ENHANCER_BASE_URL"),
        "gemini": env.url("GEMINI_ENHANCER_BASE_URL"),
    }
    painters = {name: address_of(image_providers, name) for name in VENDORS}
    vendors = {
        name: configuration(
            backend,
            api_key=keys[name],
            base_url=addresses[name] or painters[name],
            model=models[name],
            timeout_s=timeout_s,
        )
        for name, backend in VENDORS.items()
    }
    enhancers = vendors | {"rules": RULES} | own
    named = [name for name in VENDORS if models[name] or addresses[name]]
    keyed = [name for name in VENDORS if keys[name] and not (name == "openai" and painters[name])]
    name = env.str("ENHANCER") or next(iter([*own, *named, *keyed]), "rules")
    if name not in enhancers:
        raise ImproperlyConfigured(f"ENHANCER is one of {', '.join(enhancers)}; empty is by what has a key.")
    return {"default": enhancers[name]}


def address_of(image_providers: Mapping[str, Configuration], name: str) -> str:
    return str(image_providers.get(name, {}).get("OPTIONS", {}).get("base_url", ""))
