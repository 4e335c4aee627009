import os

import pytest
from hypothesis import settings

from tests.api.live import serve
from tests.factories import ApiKeyFactory

# The same cases in each run; HYPOTHESIS_PROFILE=more tries ten times as many, others each time.
settings.register_profile("easel", derandomize=True, deadline=None, max_examples=180, database=None)
settings.register_profile("more", derandomize=False, deadline=None, max_examples=1_800, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "easel"))


@pytest.fixture
def server(database_url, redis_url, tmp_path):
    """Easel as it is served, on the test's own database and Redis."""
    with serve(tmp_path, DATABASE_URL=database_url, REDIS_URL=redis_url, BROKER_URL=redis_url) as server:
        yield server


@pytest.fixture
def key(transactional_db):
    """The text of a key that the served Easel knows, for 100 requests an hour."""
    return ApiKeyFactory(rate_limit_per_hour=100).text
