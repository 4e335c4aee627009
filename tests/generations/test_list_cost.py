"""What a page of a list reads: its own project's rows, however many another project has."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.client import GENERATIONS
from tests.factories import GenerationFactory
from tests.generations.test_turns import analyze, many_waiting

pytestmark = pytest.mark.django_db

OF_ANOTHER = 20_000
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
def beside_another(project, other_project):
    """Thirty, older than all that the other one has; three are in the trash."""
    GenerationFactory.create_batch(27, project=project, failed=True)
    GenerationFactory.create_batch(3, project=project, failed=True, trashed=True)
    many_waiting(other_project, OF_ANOTHER)
    analyze()


@pytest.mark.parametrize("status", ["", "&status=failed"])
@pytest.mark.parametrize("deleted", ["", "&includeDeleted=false", "&includeDeleted=true"])
def test_a_page_reads_its_own_projects_rows(api, beside_another, status, deleted):
    assert buffers_of(api, status + deleted) < BUFFERS
