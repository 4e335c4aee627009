"""The API against its own document, by schemathesis: no crash, no answer that is not documented, no promise broken."""

import json
import os
from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, settings

from generations.exceptions import GenerationNotFound
from generations.services import parse_id
from projects.api.schema.views import openapi_document
from projects.api.serialization import INT64
from projects.keys import KeyText
from tests.factories import ApiKeyFactory, DeliveryFactory, GenerationFactory, WebhookFactory
from tests.servers.process import HOST

KEY = KeyText(key_id="fuzzfuzz", secret="0" * 43)
HEADERS = {"X-API-Key": KEY.reveal()}
# The document says of meta's texts in words only that they hold no NUL; that has a test of its own.
# And a key that comes up twice, with two bodies, is refused with 422.
ACCEPTED = ["2xx", "3xx", "401", "403", "404", "409", "422", "429", "5xx"]
CONFIG = {
    "headers": HEADERS,
    "generation": {"allow-x00": False},
    "checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}},
    # Nor can a schema say that a URL leads to a public address.
    "operations": [
        {"include-operation-id": name, "checks": {"positive_data_acceptance": {"enabled": False}}}
        for name in ("createWebhook", "updateWebhook")
    ],
}
STATUSES: Counter[int] = Counter()
"""What came of all cases of this process."""
CASES = int(os.environ.get("FUZZ_CASES", "0"))
"""How many there have to be; 0 where the tests of a run are spread over several processes."""

# In the document the stream is a text, for what is an object generators of clients take for one JSON document; but
# schemathesis looks at each event.
EVENT = {
    "type": "object",
    "properties": {
        "event": {"enum": ["status", "progress", "done"]},
        "id": {"type": "string"},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
    "required": ["event", "id", "data"],
}


def read_document():
    document = json.loads(openapi_document(as_json=True))
    streamed = document["paths"]["/api/v1/generations/{id}/events"]["get"]["responses"]["200"]["content"]
    streamed["text/event-stream"]["schema"] = EVENT
    return document


document = schemathesis.openapi.from_dict(read_document(), config=schemathesis.Config.from_dict(CONFIG))


@pytest.fixture
def project(transactional_db):
    stored = {"key_id": KEY.key_id, "digest": KEY.digest, "last_four": KEY.last_four}
    return ApiKeyFactory(rate_limit_per_hour=1_000_000, **stored).project


def name_one_that_is_there(case, project):
    """Else each id that comes up would be one that is not found."""
    try:
        number = parse_id(case.path_parameters["id"]).int
    except (GenerationNotFound, KeyError, AttributeError, TypeError):
        return
    if number % 2 == 0:
        return
    if "webhook_id" in case.path_parameters:
        delivery = DeliveryFactory(endpoint=WebhookFactory(project=project))
        case.path_parameters |= {"webhook_id": str(delivery.endpoint_id), "id": str(delivery.pk)}
    else:
        factory = (
            WebhookFactory(project=project)
            if "/webhooks" in case.path
            else GenerationFactory(project=project, success=True)
        )
        case.path_parameters["id"] = str(factory.pk)


def fits(value):
    """Whether no integer in it is beyond 64 bits; that they are refused the document says in words only, too."""
    if isinstance(value, dict | list):
        return all(map(fits, value.values() if isinstance(value, dict) else value))
    return not isinstance(value, int) or value in INT64


@document.parametrize()
@settings(max_examples=settings().max_examples // 3, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_documented(case, server, project):
    assume(fits(case.body))
    name_one_that_is_there(case, project)
    STATUSES[case.call_and_validate(base_url=f"http://{HOST}:{server.port}", headers=HEADERS).status_code] += 1


def test_there_were_as_many_cases_as_were_asked_for(capsys):
    if CASES:
        with capsys.disabled():
            print(f"\n{STATUSES.total()} cases of schemathesis:", dict(sorted(STATUSES.items())))
    assert STATUSES.total() >= CASES
    assert not any(status >= 500 for status in STATUSES)
