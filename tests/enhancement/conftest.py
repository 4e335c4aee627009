"""The settings that choose an enhancer, servers for those that ask one, and one that hangs until its test is over."""

from collections.abc import Callable, Iterator
from threading import Event
from typing import Any
from uuid import uuid4

import pytest

from tests.enhancement.vendors import VENDORS, Vendor
from tests.peers.server import Peer

Configure = Callable[..., None]
MEMORY = "django.core.cache.backends.locmem.LocMemCache"


@pytest.fixture(autouse=True)
def nothing_has_failed_yet(settings: Any) -> None:
    """Each test counts failures in a cache of its own."""
    settings.CACHES = {"default": {"BACKEND": MEMORY, "LOCATION": str(uuid4())}}


@pytest.fixture
def configure(settings: Any) -> Configure:
    """Configure one of the stand-ins, with its options."""

    def configure(name: str, timeout_s: float = 5.0, **options: Any) -> None:
        backend = f"tests.enhancement.stand_ins.{name}"
        settings.PROMPT_ENHANCERS = {"default": {"BACKEND": backend, "OPTIONS": options}}
        settings.ENHANCEMENT_TIMEOUT_S = timeout_s

    return configure


@pytest.fixture(params=VENDORS, ids=lambda vendor: vendor.name)
def vendor(request: pytest.FixtureRequest) -> Vendor:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def peer() -> Iterator[Peer]:
    """The vendor's end of the line."""
    with Peer().running() as peer:
        yield peer


@pytest.fixture
def hire(settings: Any, peer: Peer) -> Callable[..., None]:
    """Configure a vendor's enhancer as an operator does, with the peer in its vendor's place."""

    def hire(vendor: Vendor, timeout_s: float = 5.0, address: str | None = None) -> None:
        backend = f"{vendor.enhancer.__module__}.{vendor.enhancer.__name__}"
        options = vendor.options(address or peer.url, timeout_s)
        settings.PROMPT_ENHANCERS = {"default": {"BACKEND": backend, "OPTIONS": options}}
        settings.ENHANCEMENT_TIMEOUT_S = timeout_s

    return hire


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
