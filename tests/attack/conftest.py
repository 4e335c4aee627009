import logging
from collections.abc import Iterator

import pytest

from tests.api.conftest import key, server
from tests.attack.scene import Scene, set_scene

__all__ = ["key", "server"]


@pytest.fixture
def scene(db) -> Iterator[Scene]:
    """Quietly: thousands of refusals are logged for nobody."""
    logging.disable(logging.INFO)
    yield set_scene()
    logging.disable(logging.NOTSET)
