import pytest

# Whether it serves pictures depends on the storage: it is read before a test sets another one.
import config.urls  # noqa: F401
from generations.queue.snapshot import lookout
from tests.client import ApiClient
from tests.factories import ApiKeyFactory, ProjectFactory

pytest_plugins = ["tests.servers.fixtures"]


@pytest.fixture(scope="session", autouse=True)
def no_heartbeat_beside_the_tests():
    """It has a connection of its own, which sees no row of a test that commits nothing, and so no claim on it."""
    from generations.queue.leases import Heartbeat

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Heartbeat, "_run", lambda heartbeat: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def no_listener_beside_the_tests():
    """It stays until its process ends, and would be one more connection, and somebody who listens, to later tests.

    Who waits in a test's own process looks at the row again; tests of listening have servers in processes of their own.
    """
    from generations.notifications.listener import Listener

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Listener, "start", lambda listener: None)
        yield


@pytest.fixture(autouse=True)
def _nothing_seen_of_the_queue():
    """A process keeps its last look at the queue for a second; a test begins with its own."""
    lookout.forget()


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
