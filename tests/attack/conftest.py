import logging
from collections.abc import Iterator

import pytest

from generations.notices.listener import Listener
from tests.api.conftest import key, server
from tests.attack.scene import Scene, set_scene

__all__ = ["key", "server"]


@pytest.fixture
def scene(db, monkeypatch) -> Iterator[Scene]:
    """Quietly: thousands of refusals are logged for nobody, and nothing is committed that a listener could hear of."""
    monkeypatch.setattr(Listener, "start", lambda listener: None)
    logging.disable(logging.INFO)
    yield set_scene()
    logging.disable(logging.NOTSET)
