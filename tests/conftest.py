import pytest

from tests.client import ApiClient
from tests.factories import ApiKeyFactory, ProjectFactory

pytest_plugins = ["tests.servers.fixtures"]


@pytest.fixture
def project(db):
    return ProjectFactory()


@pytest.fixture
def other_project(db):
    return ProjectFactory()


@pytest.fixture
def api_key(project):
    """A key of the project that may call as often as a test likes; its ``text`` is what a program sends."""
    return ApiKeyFactory(project=project, rate_limit_per_hour=1_000_000)


@pytest.fixture
def api(api_key):
    """A program with that key."""
    return ApiClient(api_key.text)


@pytest.fixture
def nobody(db):
    """A program without a key."""
    return ApiClient(None)
