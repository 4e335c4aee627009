import pytest

from tests.api.live import serve
from tests.factories import ApiKeyFactory


@pytest.fixture
def server(database_url, redis_url, tmp_path):
    """Easel as it is served, on the test's own database and Redis."""
    with serve(tmp_path, DATABASE_URL=database_url, REDIS_URL=redis_url, BROKER_URL=redis_url) as server:
        yield server


@pytest.fixture
def key(transactional_db):
    """The text of a key that the served Easel knows, for 100 requests an hour."""
    return ApiKeyFactory(rate_limit_per_hour=100).text
