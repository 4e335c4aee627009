"""The OpenAPI document: complete, right, and the same in YAML and JSON."""

import json

import jsonschema  # type: ignore[import-untyped]
import jsonschema_rs
import pytest
import yaml

from generations.serializers.fields import PROMPT_PATTERN
from generations.serializers.output import GenerationOut, ImageOut, generation_out
from projects.api.errors import CODES
from projects.webhooks.models import EventType
from projects.webhooks.serializers.output import (
    DeliveryInFullOut,
    WebhookWithSecretOut,
    delivery_in_full_out,
    webhook_with_secret_out,
)
from tests.client import GENERATIONS
from tests.contract import document as contract
from tests.factories import DeliveryFactory, GenerationFactory, WebhookFactory

ONE = f"{GENERATIONS}/{{id}}"
WEBHOOKS = "/api/v1/webhooks"
WEBHOOK, DELIVERIES = f"{WEBHOOKS}/{{id}}", f"{WEBHOOKS}/{{webhook_id}}/deliveries"
OPERATIONS = {
    "createGeneration": (
        "post",
        GENERATIONS,
        ["201", "400", "401", "409", "413", "415", "422", "429", "500", "503"],
    ),
    "listGenerations": ("get", GENERATIONS, ["200", "400", "401", "429", "500", "503"]),
    "getGeneration": ("get", ONE, ["200", "304", "400", "401", "404", "429", "500", "503"]),
    "enhancePrompt": (
        "post",
        "/api/v1/prompts/enhance",
        ["200", "400", "401", "413", "415", "429", "500", "503"],
    ),
    "cancelGeneration": ("post", f"{ONE}/cancel", ["202", "400", "401", "404", "409", "422", "429", "500", "503"]),
    "retryGeneration": ("post", f"{ONE}/retry", ["202", "400", "401", "404", "409", "422", "429", "500", "503"]),
    "followGeneration": ("get", f"{ONE}/events", ["200", "204", "400", "401", "404", "429", "500", "503"]),
    "deleteGeneration": ("delete", ONE, ["200", "400", "401", "404", "429", "500", "503"]),
    "createWebhook": (
        "post",
        WEBHOOKS,
        ["201", "400", "401", "403", "409", "413", "415", "422", "429", "500", "503"],
    ),
    "listWebhooks": ("get", WEBHOOKS, ["200", "400", "401", "429", "500", "503"]),
    "getWebhook": ("get", WEBHOOK, ["200", "400", "401", "404", "429", "500", "503"]),
    "updateWebhook": ("patch", WEBHOOK, ["200", "400", "401", "404", "413", "415", "429", "500", "503"]),
    "deleteWebhook": ("delete", WEBHOOK, ["200", "400", "401", "404", "429", "500", "503"]),
    "rotateWebhookSecret": (
        "post",
        f"{WEBHOOK}/rotate-secret",
        ["200", "400", "401", "404", "409", "422", "429", "500", "503"],
    ),
    "testWebhook": ("post", f"{WEBHOOK}/test", ["202", "400", "401", "404", "409", "422", "429", "500", "503"]),
    "listDeliveries": ("get", DELIVERIES, ["200", "400", "401", "404", "429", "500", "503"]),
    "getDelivery": ("get", f"{DELIVERIES}/{{id}}", ["200", "400", "401", "404", "429", "500", "503"]),
    "resendDelivery": (
        "post",
        f"{DELIVERIES}/{{id}}/resend",
        ["202", "400", "401", "404", "409", "422", "429", "500", "503"],
    ),
}
RATE = {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"}


@pytest.fixture
def document(client):
    return client.get("/schema?format=json").json()


def operation(document, name):
    method, path, _ = OPERATIONS[name]
    return document["paths"][path][method]


def resolve(document, node):
    """Follow a reference."""
    while "$ref" in node:
        target = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def schemas_of(document, name):
    """The schema of each answer with a body, ready to validate with."""
    for status, response in operation(document, name)["responses"].items():
        if media := resolve(document, response).get("content", {}).get("application/json"):
            yield status, media["schema"] | {"components": document["components"]}, media


def examples_of(media):
    examples = [example["value"] for example in media.get("examples", {}).values()]
    return [*examples, media["example"]] if "example" in media else examples


@pytest.mark.parametrize("accept", ["", "*/*", "application/yaml", "text/html", "application/vnd.oai.openapi"])
def test_yaml_is_the_default(client, document, accept):
    answer = client.get("/schema", headers={"Accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/yaml")
    assert yaml.safe_load(answer.content) == document


@pytest.mark.parametrize("accept", ["application/json", "application/vnd.oai.openapi+json"])
def test_json_by_accept(client, document, accept):
    answer = client.get("/schema", headers={"Accept": accept})
    assert (answer["Content-Type"], answer.json()) == ("application/json", document)


def test_it_is_openapi_3_1(document):
    assert document["openapi"] == "3.1.0"
    assert document["info"]["title"] == "Easel"


def test_the_operations(document):
    found = {
        operation["operationId"]: (method, path, sorted(operation["responses"]))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert found == OPERATIONS


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_has_its_words_and_needs_a_key(document, name):
    found = operation(document, name)
    assert found["summary"]
    assert found["description"]
    assert found["tags"] == (["Webhooks"] if OPERATIONS[name][1].startswith(WEBHOOKS) else ["Generations"])
    assert found["security"] == [{"ApiKey": []}]
    scheme = document["components"]["securitySchemes"]["ApiKey"]
    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "header", "X-API-Key")


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_answer_names_its_headers(document, name):
    for status, response in operation(document, name)["responses"].items():
        headers = set(resolve(document, response)["headers"])
        assert "X-Request-Id" in headers
        assert (headers >= RATE | {"X-API-Key-Expires"}) is (status != "401")
        assert ("Retry-After" in headers) or status not in ("429", "503")
    created = operation(document, "createGeneration")["responses"]
    expected = {"Location", "Retry-After", "Idempotency-Replayed", "Preference-Applied"}
    assert expected <= set(created["201"]["headers"])
    assert "Retry-After" in resolve(document, created["409"])["headers"]
    assert "Location" in operation(document, "cancelGeneration")["responses"]["202"]["headers"]
    assert {"Location", "Retry-After"} <= set(operation(document, "retryGeneration")["responses"]["202"]["headers"])
    for status in ("200", "304"):
        got = operation(document, "getGeneration")["responses"][status]["headers"]
        assert {"ETag", "Retry-After", "Preference-Applied"} <= set(got)


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_answer_is_in_the_envelope_and_its_examples_are_valid(document, name):
    shown = 0
    for status, schema, media in schemas_of(document, name):
        examples = examples_of(media)
        assert examples, status
        for example in examples:
            jsonschema.validate(example, schema, format_checker=jsonschema.FormatChecker())
            assert example["success"] is (status < "400")
            shown += 1
        for wrong in ({}, {"success": status >= "400"}, {"success": True}, []):
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(wrong, schema)
    without = {"204", "304"} if name != "followGeneration" else {"200", "204"}
    assert shown >= len(set(OPERATIONS[name][2]) - without)


def test_each_error_tells_its_own_code(document):
    codes = {
        (status, example["error"]["code"])
        for name in OPERATIONS
        for status, _, media in schemas_of(document, name)
        if status >= "400"
        for example in examples_of(media)
    }
    assert codes == {
        ("400", "VALIDATION_ERROR"),
        ("401", "UNAUTHORIZED"),
        ("403", "WEBHOOK_LIMIT_REACHED"),
        ("404", "GENERATION_NOT_FOUND"),
        ("404", "WEBHOOK_NOT_FOUND"),
        ("404", "DELIVERY_NOT_FOUND"),
        ("409", "GENERATION_FINISHED"),
        ("409", "GENERATION_NOT_FAILED"),
        ("409", "RETRY_LIMIT_REACHED"),
        ("409", "IDEMPOTENCY_KEY_IN_USE"),
        ("409", "WEBHOOK_DISABLED"),
        ("413", "PAYLOAD_TOO_LARGE"),
        ("415", "UNSUPPORTED_MEDIA_TYPE"),
        ("422", "IDEMPOTENCY_KEY_REUSED"),
        ("429", "QUEUE_FULL"),
        ("429", "RATE_LIMIT_EXCEEDED"),
        ("500", "GENERATION_FAILED"),
        ("500", "INTERNAL_ERROR"),
        ("503", "SERVICE_UNAVAILABLE"),
    }
    known = document["components"]["schemas"]["ErrorBody"]["properties"]["code"]["examples"]
    assert {*(code for _, code in codes), *CODES.values()} <= set(known)


def nodes(node, path=()):
    """Every object of the document, with the names on the way to it; what examples show is no part of it."""
    if isinstance(node, dict):
        yield path, node
        for name, inner in node.items():
            if name not in ("example", "examples"):
                yield from nodes(inner, (*path, name))
    elif isinstance(node, list):
        for inner in node:
            yield from nodes(inner, path)


def test_every_error_has_one_schema(document):
    schemas = {
        json.dumps(media["schema"])
        for _, response in nodes(document)
        for status, answer in response.get("responses", {}).items()
        if status[0] in "45" and status != "410"
        for media in resolve(document, answer)["content"].values()
    }
    assert schemas == {'{"$ref": "#/components/schemas/Error"}'}
    assert "message" in document["components"]["schemas"]["ErrorBody"]["required"]


def test_it_says_nothing_that_generators_of_clients_misread(document):
    """Each was seen with one of those that tests/clients runs, and in none of these is there an error of its own."""
    for path, node in nodes(document):
        assert "const" not in node, path  # a boolean's is compared with a text
        assert len(node.get("enum", [1, 2])) > 1, path  # as is an enum of one
        assert "allOf" not in node, path  # loses what one of its parts has
        assert not {"anyOf", "discriminator", "not", "if"} & set(node), path
        branches = node.get("oneOf", [])
        assert all(branch == {"type": "null"} or set(branch) == {"$ref"} for branch in branches), path
        assert len([branch for branch in branches if branch != {"type": "null"}]) <= 1, path  # two of a class
        assert "uniqueItems" not in node, path  # a set in TypeScript
    schemas = document["components"]["schemas"]
    assert all(schema["type"] in ("object", "string") for schema in schemas.values())  # no null of its own
    assert len(schemas) < 40


def test_each_answer_is_a_schema_with_a_name(document):
    """What has none gets one from its operation, and there are as many of it as operations."""
    for name in OPERATIONS:
        for response in operation(document, name)["responses"].values():
            for media in resolve(document, response).get("content", {}).values():
                assert set(media["schema"]) == {"$ref"} or media["schema"]["type"] == "string"


def test_every_component_is_used(document):
    text = json.dumps(document)
    for kind in ("schemas", "responses", "headers"):
        for name in document["components"][kind]:
            assert f'"#/components/{kind}/{name}"' in text, name


def test_what_a_request_may_leave_out_may_be_null_and_has_no_default(document):
    bodies = [
        document["components"]["schemas"][name]
        for name in ("CreateGeneration", "EnhancementOptions", "EnhancePrompt", "CreateWebhook", "UpdateWebhook")
    ]
    fields = [
        (name, field, body) for body in bodies for name, field in body["properties"].items() if "default" not in field
    ]
    assert len(fields) == sum(len(body["properties"]) for body in bodies) == 15
    for name, field, body in fields:
        schema = {"components": document["components"], **field}
        takes_null = jsonschema.Draft202012Validator(schema).is_valid(None)
        assert takes_null is (name not in body.get("required", [])), name
    told = bodies[0]["properties"]
    assert told["aspectRatio"]["description"].endswith('Default: `"1:1"`.')
    assert told["autoEnhance"]["description"].endswith("Default: `true`.")


def test_what_is_posted_to_webhooks_has_a_tag_of_its_own(document):
    """Of one tag on both, a generator makes one class, and the second overwrites the first."""
    called = {tag for methods in document["paths"].values() for each in methods.values() for tag in each["tags"]}
    posted = {tag for methods in document["webhooks"].values() for each in methods.values() for tag in each["tags"]}
    assert (called, posted) == ({"Generations", "Webhooks"}, {"Events"})
    assert [tag["name"] for tag in document["tags"]] == ["Generations", "Webhooks", "Events"]


@pytest.mark.parametrize("wanted", ["json", "yaml"])
@pytest.mark.parametrize("host", ["localhost:8123", "[::1]:8000", "127.0.0.1"])
def test_its_server_is_the_one_that_was_asked(client, host, wanted):
    answer = client.get(f"/schema?format={wanted}", headers={"Host": host})
    assert yaml.safe_load(answer.content)["servers"] == [{"url": f"http://{host}"}]


def test_its_server_is_the_public_one_where_it_is_known(client, settings):
    settings.PUBLIC_URL = "https://easel.example"
    answer = client.get("/schema?format=json", headers={"Host": "localhost"})
    assert answer.json()["servers"] == [{"url": "https://easel.example"}]


def test_a_whole_stream_is_shown(document):
    media = operation(document, "followGeneration")["responses"]["200"]["content"]
    assert media["text/event-stream"]["schema"]["type"] == "string"
    (shown,) = (example["value"] for example in media["text/event-stream"]["examples"].values())
    frames = [dict(line.split(": ", 1) for line in frame.split("\n")) for frame in shown.strip().split("\n\n")]
    assert [frame.get("event") for frame in frames] == ["status", "progress", "done"]
    assert frames[0]["retry"] == "2000"
    assert set(json.loads(frames[-1]["data"])) == set(document["components"]["schemas"]["Generation"]["properties"])


def test_the_parameters_and_their_bounds(document):
    listed = {
        parameter["name"]: parameter["schema"] for parameter in operation(document, "listGenerations")["parameters"]
    }
    assert listed["limit"] == {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
    assert listed["offset"] == {"type": "integer", "minimum": 0, "maximum": 2_147_483_647, "default": 0}
    assert listed["includeDeleted"] == {"type": "boolean", "default": False}
    assert listed["status"]["enum"] == ["pending", "processing", "success", "failed"]
    assert set(listed) == {row[0] for row in contract.table("List Generations")}
    assert all(p["description"] for name in OPERATIONS for p in operation(document, name).get("parameters", []))


def test_every_post_but_one_takes_an_idempotency_key(document):
    posts = [name for name, (method, *_) in OPERATIONS.items() if method == "post" and name != "enhancePrompt"]
    assert len(posts) == 7
    for name in posts:
        (done,) = (answer for status, answer in operation(document, name)["responses"].items() if status[0] == "2")
        assert "Idempotency-Replayed" in done["headers"]
        (key,) = (each for each in operation(document, name)["parameters"] if each["name"] == "Idempotency-Key")
        assert key["in"] == "header"
        is_key = jsonschema.Draft202012Validator(key["schema"]).is_valid
        assert [is_key("a" * length) for length in (0, 1, 255, 256)] == [False, True, True, False]
        assert not {"example", "examples"} & set(key), "Swagger UI would send it along, the same with each request"


def test_the_body_and_its_bounds(document):
    schemas = document["components"]["schemas"]
    body = schemas["CreateGeneration"]
    assert body["required"] == ["prompt"]
    assert (body["properties"]["prompt"]["minLength"], body["properties"]["prompt"]["maxLength"]) == (1, 5000)
    assert {row[0] for row in contract.table("Create Generation") if "." not in row[0]} == set(body["properties"])
    assert schemas["AspectRatio"]["enum"] == [row[0] for row in contract.table("Aspect Ratios")]
    assert schemas["Template"]["enum"] == [row[0] for row in contract.table("Enhancement Templates")]
    examples = operation(document, "createGeneration")["requestBody"]["content"]["application/json"]["examples"]
    assert contract.examples("Create Generation")[0] in [example["value"] for example in examples.values()]


def test_the_contracts_answers_are_the_examples(document):
    (get,) = contract.examples("Get Generation")
    media = operation(document, "getGeneration")["responses"]["200"]["content"]["application/json"]
    beyond_the_contract = {
        "errorCode": None,
        "progress": None,
        "queuePosition": None,
        "estimatedWaitSeconds": None,
        "retryAt": None,
        "deletedAt": None,
    }
    assert media["examples"]["Success"]["value"] == get | {"data": get["data"] | beyond_the_contract}
    (delete,) = contract.examples("Delete Generation")
    media = operation(document, "deleteGeneration")["responses"]["200"]["content"]["application/json"]
    assert media["examples"]["Deleted"]["value"] == delete


@pytest.mark.parametrize("traits", [{}, {"processing": True}, {"success": True}, {"failed": True}])
def test_what_is_written_is_what_is_documented(api, project, document, traits):
    generation = GenerationFactory(project=project, **traits)
    written = generation_out(generation, str)
    assert list(written) == list(GenerationOut().fields)
    if written["outputImage"]:
        assert list(written["outputImage"]) == list(ImageOut().fields)
    (schema,) = [schema for status, schema, _ in schemas_of(document, "getGeneration") if status == "200"]
    jsonschema.validate(
        api.get(f"{GENERATIONS}/{generation.pk}").json(), schema, format_checker=jsonschema.FormatChecker()
    )


def test_a_prompt_of_blanks_alone_is_none_by_the_document_either():
    """By a validator whose blanks are Unicode's: Python strips four more."""
    schema = {"type": "string", "pattern": PROMPT_PATTERN}
    blanks = [chr(code) for code in range(0x110000) if chr(code).isspace()]
    assert "\x1e" in blanks
    assert [blank for blank in blanks if jsonschema_rs.is_valid(schema, blank)] == []
    assert all(jsonschema_rs.is_valid(schema, f"{blank}a cat") for blank in blanks)


# ── Webhooks ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_posted_to_a_webhook_is_documented_with_valid_examples(document):
    assert list(document["webhooks"]) == EventType.values
    for event, methods in document["webhooks"].items():
        media = methods["post"]["requestBody"]["content"]["application/json"]
        schema = media["schema"] | {"components": document["components"]}
        shown = media["examples"][event]["value"]
        jsonschema.validate(shown, schema, format_checker=jsonschema.FormatChecker())
        assert shown["type"] == event
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(shown | {"type": "another"}, schema)


@pytest.mark.parametrize("traits", [{}, {"delivered": True}, {"failed": True}])
def test_what_is_written_of_a_webhook_is_what_is_documented(api, project, document, traits):
    delivery = DeliveryFactory(endpoint=WebhookFactory(project=project), **traits)
    webhook = f"{WEBHOOKS}/{delivery.endpoint_id}"
    answers = {
        "getWebhook": api.get(webhook),
        "listWebhooks": api.get(WEBHOOKS),
        "rotateWebhookSecret": api.post(f"{webhook}/rotate-secret"),
        "listDeliveries": api.get(f"{webhook}/deliveries"),
        "getDelivery": api.get(f"{webhook}/deliveries/{delivery.pk}"),
    }
    for name, answer in answers.items():
        (schema,) = [schema for status, schema, _ in schemas_of(document, name) if status == str(answer.status_code)]
        jsonschema.validate(answer.json(), schema, format_checker=jsonschema.FormatChecker())
    for written, described in (
        (webhook_with_secret_out(delivery.endpoint), WebhookWithSecretOut()),
        (delivery_in_full_out(delivery), DeliveryInFullOut()),
    ):
        assert set(written) == set(described.fields)
