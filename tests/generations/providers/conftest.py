import pytest

from generations.providers import ImageRequest
from tests.peers.server import Peer


@pytest.fixture
def peer():
    with Peer().running() as peer:
        yield peer


@pytest.fixture
def neighbour():
    """Another server in the same private network, which nobody has any business to ask."""
    with Peer().running() as peer:
        yield peer


@pytest.fixture
def ask():
    def ask(aspect_ratio="1:1", width=1024, height=1024, **more):
        return ImageRequest("A fox in the snow, oil on canvas.", "fox", aspect_ratio, width, height, **more)

    return ask
