"""The settings that choose an enhancer, and one that hangs until its test is over."""

from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest

Configure = Callable[..., None]


@pytest.fixture
def configure(settings: Any) -> Configure:
    """Configure one of the stand-ins, with its options."""

    def configure(name: str, timeout_s: float = 5.0, **options: Any) -> None:
        backend = f"tests.enhancement.stand_ins.{name}"
        settings.PROMPT_ENHANCERS = {"default": {"BACKEND": backend, "OPTIONS": options}}
        settings.ENHANCEMENT_TIMEOUT_S = timeout_s

    return configure


class LetGo(Event):
    """An event that stays itself when settings are copied."""

    def __deepcopy__(self, memo: Any) -> "LetGo":
        return self


@pytest.fixture
def let_go() -> Iterator[Event]:
    """What the hanging calls wait for."""
    event = LetGo()
    yield event
    event.set()
