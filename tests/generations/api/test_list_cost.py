"""What a page of a list reads: its own project's rows, however many another project has."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.client import GENERATIONS
from tests.factories import GenerationFactory
from tests.generations.queue.test_scheduling import analyze, many_waiting

pytestmark = pytest.mark.django_db

QUERIES = [
    status + deleted
    for status in ("", "&status=failed")
    for deleted in ("", "&includeDeleted=false", "&includeDeleted=true")
]
BUFFERS = 200


def buffers_of(api, query):
    """Of the statements that read generations for this page, the count of all pages among them."""
    with CaptureQueriesContext(connection) as captured:
        assert api.get(f"{GENERATIONS}?limit=20{query}").status_code == 200
    read = [each["sql"] for each in captured.captured_queries if 'FROM "generations_generation"' in each["sql"]]
    assert len(read) >= 2
    total = 0
    for sql in read:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}")
            ((plan,),) = cursor.fetchall()
        total += plan[0]["Plan"]["Shared Hit Blocks"] + plan[0]["Plan"]["Shared Read Blocks"]
    return total


@pytest.fixture
def ours(project):
    """Thirty, older than all that another project will have; three are in the trash."""
    GenerationFactory.create_batch(27, project=project, failed=True)
    GenerationFactory.create_batch(3, project=project, failed=True, trashed=True)


def test_a_page_reads_its_own_projects_rows(api, ours, other_project):
    """Beside ten times as many of another, at most a level more of the index: a page for each of the two statements.

    Beside 600,000, which take half a minute to make, each query read ten pages, of the 200 that it may.
    """
    read = []
    for more in (2_000, 18_000):
        many_waiting(other_project, more)
        analyze()
        read.append(max(buffers_of(api, query) for query in QUERIES))
    beside_2_000, beside_20_000 = read
    assert beside_20_000 <= min(BUFFERS, beside_2_000 + 4)
