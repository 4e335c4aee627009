"""Every example of the contract, sent and compared: what it shows is there, of its type, under its name."""

from typing import Any

import pytest

from generations.models import Status
from tests.client import GENERATIONS
from tests.contract import document
from tests.factories import GenerationFactory


def assert_shows(actual: Any, example: Any, where: str = "answer") -> None:
    """All that the example has is there and of the same type; where it says null, so does the answer."""
    assert type(actual) is type(example), where
    if isinstance(example, dict):
        assert example.keys() <= actual.keys(), where
        for name in example:
            assert_shows(actual[name], example[name], f"{where}.{name}")
    elif isinstance(example, list):
        for index, (one, shown) in enumerate(zip(actual, example, strict=True)):
            assert_shows(one, shown, f"{where}[{index}]")


@pytest.fixture
def finished(project):
    """The generation that the examples of list and get show."""
    return GenerationFactory(project=project, success=True)


def test_create(api):
    request, response = document.examples("Create Generation")
    answer = api.post(GENERATIONS, request)
    assert answer.status_code == 201
    assert_shows(answer.json(), response)
    for name in ("autoEnhance", "aspectRatio", "status", "originalPrompt"):
        assert answer.json()["data"][name] == response["data"][name]


def test_the_address_of_each_section(api, finished):
    titles = ("Create Generation", "List Generations", "Get Generation", "Delete Generation")
    lines = [line for title in titles for line in document.request_lines(title)]
    assert lines == [
        "POST /api/v1/generations",
        "GET /api/v1/generations",
        "GET /api/v1/generations?status=success&limit=10",
        "GET /api/v1/generations/:id",
        "DELETE /api/v1/generations/:id",
    ]
    for line in lines:
        method, path = line.replace(":id", str(finished.pk)).split()
        body = {"data": {"prompt": "a cat"}} if method == "POST" else {}
        assert getattr(api, method.lower())(path, **body).status_code in (200, 201), line


def test_with_enhancement(api):
    request, response = document.examples("Example: With Enhancement")
    data = api.post(GENERATIONS, request).json()["data"]
    assert_shows(data, response)
    assert data["originalPrompt"] == response["originalPrompt"] == "a cat"
    assert data["autoEnhance"] is True
    assert len(data["prompt"]) > len("a cat")
    assert "cat" in data["prompt"]


def test_without_enhancement(api):
    request, response = document.examples("Example: Without Enhancement")
    data = api.post(GENERATIONS, request).json()["data"]
    assert {name: data[name] for name in response} == response


def test_list(api, finished):
    (response,) = document.examples("List Generations")
    answer = api.get(document.request_lines("List Generations")[1].removeprefix("GET "))
    assert answer.status_code == 200
    assert_shows(answer.json(), response)
    assert answer.json()["pagination"] == {"limit": 10, "offset": 0, "total": 1, "hasMore": False}


def test_get(api, finished):
    (response,) = document.examples("Get Generation")
    answer = api.get(f"{GENERATIONS}/{finished.pk}")
    assert answer.status_code == 200
    assert_shows(answer.json(), response)
    for name in ("status", "aspectRatio", "processingTimeMs", "retryCount", "errorMessage", "meta"):
        assert answer.json()["data"][name] == response["data"][name]


def test_delete(api, finished):
    (response,) = document.examples("Delete Generation")
    answer = api.delete(f"{GENERATIONS}/{finished.pk}")
    assert (answer.status_code, answer.json()) == (200, response)


# Added by us, beside the contract's own: null where there is nothing.
BEYOND_THE_TABLE = ("errorCode", "retryAt", "progress", "queuePosition", "estimatedWaitSeconds", "deletedAt")
JSON_TYPES = {"string": str, "boolean": bool, "number": int, "object": dict}


def test_the_fields_of_a_generation_are_those_of_the_table(api, finished):
    data = api.get(f"{GENERATIONS}/{finished.pk}").json()["data"]
    fields = {name: JSON_TYPES[kind] for name, kind, _ in document.table("Generation Response")}
    assert {name: type(value) for name, value in data.items()} == fields | dict.fromkeys(
        ("errorMessage", *BEYOND_THE_TABLE), type(None)
    )


def test_the_fields_of_an_image_are_those_of_the_table(api, finished):
    image = api.get(f"{GENERATIONS}/{finished.pk}").json()["data"]["outputImage"]
    fields = {name: JSON_TYPES[kind] for name, kind, _ in document.table("Output Image")}
    assert {name: type(value) for name, value in image.items()} == fields


@pytest.mark.parametrize("ratio", [row[0] for row in document.table("Aspect Ratios")])
def test_each_aspect_ratio(api, ratio):
    answer = api.create(aspectRatio=ratio)
    assert (answer.status_code, answer.json()["data"]["aspectRatio"]) == (201, ratio)


@pytest.mark.parametrize("template", [row[0] for row in document.table("Enhancement Templates")])
def test_each_template(api, project, template):
    assert api.create(enhancementOptions={"template": template}).status_code == 201
    assert project.generations.get().template == template


def test_each_status_can_be_asked_for(api, project):
    statuses = [row[0] for row in document.table("Generation Status")]
    assert statuses == Status.values
    for status in statuses:
        generation = GenerationFactory(project=project, **({} if status == "pending" else {status: True}))
        assert [one["id"] for one in api.get(GENERATIONS, {"status": status}).json()["data"]] == [str(generation.pk)]


def test_the_defaults_of_the_body(api, project):
    defaults = {row[0]: row[3] for row in document.table("Create Generation")}
    data = api.post(GENERATIONS, {"prompt": "a cat"}).json()["data"]
    assert data["aspectRatio"] == defaults["aspectRatio"].strip('"') == "1:1"
    assert data["autoEnhance"] is (defaults["autoEnhance"] == "true") is True
    assert project.generations.get().template == defaults["enhancementOptions.template"].strip('"') == "general"
    assert (str(data["meta"]), defaults["meta"]) == ("{}", "{}")


def test_the_defaults_of_a_list(api, project):
    defaults = {row[0]: row[2] for row in document.table("List Generations")}
    GenerationFactory(project=project, trashed=True)
    answer = api.get(GENERATIONS).json()
    assert answer["pagination"] == {"limit": 20, "offset": 0, "total": 0, "hasMore": False}
    assert (defaults["limit"], defaults["offset"], defaults["includeDeleted"]) == ("20", "0", "false")


def test_every_error_code_of_the_table_is_documented(client):
    known = client.get("/schema?format=json").json()["components"]["schemas"]["ErrorBody"]["properties"]
    assert {code for _, code, _ in document.table("Error Codes")} <= set(known["code"]["examples"])
