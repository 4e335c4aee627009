"""What a job costs the database: 11 statements in 3 transactions, and one statement for a job that is gone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generations import runner
from generations.models import Generation
from generations.providers import ErrorCode, ProviderError
from tests.factories import GenerationFactory

pytestmark = pytest.mark.django_db(transaction=True)

TOLD = ["SELECT pg_notify", "SELECT webhooks_endpoint"]
CLAIM = ["BEGIN", "UPDATE generations_generation", "SELECT generations_generation", *TOLD, "COMMIT"]


def said_while_running(generation: Generation) -> list[str]:
    """Each statement's verb and table, in order; Django logs the transactions' ends among them."""
    with CaptureQueriesContext(connection) as captured:
        runner.run(generation.pk)
    return [shortened(query["sql"]) for query in captured.captured_queries]


def shortened(sql: str) -> str:
    words = sql.replace('"', " ").replace("(", " ").split()
    table = next((word for word in words if word.startswith(("generations_", "images_", "webhooks_", "pg_notify"))), "")
    return f"{words[0].rstrip(';')} {table}".strip()


def test_a_job_is_eleven_statements_in_three_transactions(provider):
    assert said_while_running(GenerationFactory()) == [
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


def test_a_failed_attempt_is_eight_statements_in_two_transactions(provider):
    def refuse(request):
        raise ProviderError("Not this one.", code=ErrorCode.CONTENT_BLOCKED)

    provider.answer = staticmethod(refuse)
    end = ["BEGIN", "UPDATE generations_generation", "INSERT generations_attempt", *TOLD, "COMMIT"]
    assert said_while_running(GenerationFactory()) == [*CLAIM, *end]


def test_a_job_that_somebody_else_has_is_one_statement(provider):
    assert said_while_running(GenerationFactory(processing=True)) == [
        "BEGIN",
        "UPDATE generations_generation",
        "COMMIT",
    ]
