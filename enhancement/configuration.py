"""The enhancer that the settings name, in the manner of Django's CACHES.

PROMPT_ENHANCERS = {"default": {"BACKEND": "enhancement.enhancers.rules.RulesEnhancer", "OPTIONS": {}}}
"""

import os
from copy import deepcopy
from threading import Lock
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from enhancement.enhancers.base import PromptEnhancer

Configuration = dict[str, Any]


class _Kept:
    """The enhancer that was built last, and from what."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._lock = Lock()
        self._last: tuple[Configuration, PromptEnhancer] | None = None

    def enhancer_for(self, configuration: Configuration) -> PromptEnhancer:
        with self._lock:
            if self._last is None or self._last[0] != configuration:
                self._last = (deepcopy(configuration), build_enhancer(configuration))
            return self._last[1]


def configured_enhancer() -> PromptEnhancer:
    """Return this process's enhancer: built at the first call, and again only after its settings have changed."""
    return _kept.enhancer_for(settings.PROMPT_ENHANCERS["default"])


def build_enhancer(configuration: Configuration) -> PromptEnhancer:
    """Build the enhancer that BACKEND names with its OPTIONS."""
    enhancer: PromptEnhancer = import_string(configuration["BACKEND"])(**configuration.get("OPTIONS", {}))
    return enhancer


_kept = _Kept()
# A forked child builds its own: two processes cannot share a vendor's open connections.
os.register_at_fork(after_in_child=_kept.forget)
