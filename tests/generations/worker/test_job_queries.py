"""What a job costs the database: 12 statements in 3 transactions; two more where its project has a limit."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generations.providers import ErrorCode, ProviderError
from generations.worker import runner
from tests.factories import GenerationFactory

pytestmark = pytest.mark.django_db(transaction=True)

TOLD = ["SELECT pg_notify", "SELECT webhooks_endpoint"]
LOOK = ["SELECT generations_breaker"]
CLAIM = [*LOOK, "BEGIN", "UPDATE generations_generation", "SELECT generations_generation", *TOLD, "COMMIT"]


def said_by_a_worker() -> list[str]:
    """Each statement's verb and table, in order; Django logs the transactions' ends among them."""
    with CaptureQueriesContext(connection) as captured:
        runner.run("generations")
    return [shortened(query["sql"]) for query in captured.captured_queries]


def shortened(sql: str) -> str:
    words = sql.replace('"', " ").replace("(", " ").split()
    tables = ("generations_", "images_", "projects_", "webhooks_", "pg_notify")
    table = next((word for word in words if word.startswith(tables)), "")
    return f"{words[0].rstrip(';')} {table}".strip()


def test_a_job_is_twelve_statements_in_three_transactions(provider):
    GenerationFactory()
    assert said_by_a_worker() == [
        *CLAIM,
        "INSERT images_storageintent",
        "BEGIN",
        "UPDATE generations_generation",
        "DELETE images_storageintent",
        "INSERT images_image",
        "INSERT generations_attempt",
        *TOLD,
        "COMMIT",
    ]


def test_a_failed_attempt_is_nine_statements_in_two_transactions(provider):
    def refuse(request):
        raise ProviderError("Not this one.", code=ErrorCode.CONTENT_BLOCKED)

    provider.answer = staticmethod(refuse)
    end = ["BEGIN", "UPDATE generations_generation", "INSERT generations_attempt", *TOLD, "COMMIT"]
    GenerationFactory()
    assert said_by_a_worker() == [*CLAIM, *end]


def test_a_limit_costs_a_lock_and_a_count(provider):
    GenerationFactory(project__max_concurrent=1)
    assert said_by_a_worker()[: len(CLAIM) + 2] == [
        *CLAIM[:4],
        "SELECT projects_project",
        "SELECT projects_project",
        *CLAIM[4:],
    ]


def test_a_hint_in_vain_is_three_statements(provider):
    GenerationFactory(processing=True)
    vain = ["BEGIN", "UPDATE generations_generation", "COMMIT", "SELECT projects_project"]
    assert said_by_a_worker() == [*LOOK, *vain]
