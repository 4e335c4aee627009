"""Every bad value to every input: never a crash, each refusal named, and nothing is kept of what was refused."""

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

import pytest

from generations.models import Generation
from tests.api.corpus import TEXTS, VALUES
from tests.client import GENERATIONS, ApiClient
from tests.factories import GenerationFactory

INVALID = (400, "VALIDATION_ERROR")
NOT_FOUND = {(404, "GENERATION_NOT_FOUND"), (404, "NOT_FOUND")}


def outcome(answer: Any) -> tuple[int, str]:
    """Status and code of an answer, which is the envelope's or the test ends here."""
    body: Any = answer.json() if answer.content else {"success": True}
    if body["success"]:
        return answer.status_code, ""
    assert body["error"]["requestId"] == answer["X-Request-Id"]
    assert body["error"]["message"]
    assert ("details" in body["error"]) is (body["error"]["code"] == "VALIDATION_ERROR")
    return answer.status_code, body["error"]["code"]


def assert_each(values: Iterable[Any], send: Callable[[Any], Any], allowed: set[tuple[int, str]]) -> None:
    """Send each value; only a 201 may leave a row behind, and exactly one."""
    rows = Generation.objects.count()
    for value in values:
        found = outcome(send(value))
        assert found in allowed, f"{found} for {value!r:.200}"
        rows += found[0] == 201
        assert Generation.objects.count() == rows, f"{value!r:.200}"


BODIES: dict[str, Callable[[Any], Any]] = {
    "the whole body": lambda value: value,
    "prompt": lambda value: {"prompt": value},
    "aspectRatio": lambda value: {"prompt": "a cat", "aspectRatio": value},
    "autoEnhance": lambda value: {"prompt": "a cat", "autoEnhance": value},
    "enhancementOptions": lambda value: {"prompt": "a cat", "enhancementOptions": value},
    "enhancementOptions.template": lambda value: {"prompt": "a cat", "enhancementOptions": {"template": value}},
    "meta": lambda value: {"prompt": "a cat", "meta": value},
    "a value in meta": lambda value: {"prompt": "a cat", "meta": {"key": [value]}},
    "an unknown field": lambda value: {"prompt": "a cat", "colour": value},
}


@pytest.mark.parametrize("where", BODIES)
def test_in_the_body(api: ApiClient, where: str) -> None:
    def send(value: Any) -> Any:
        return api.post(GENERATIONS, json.dumps(BODIES[where](value)))

    assert_each(VALUES, send, {(201, ""), INVALID})


def test_as_a_name_in_the_body(api: ApiClient) -> None:
    assert_each(TEXTS, lambda text: api.post(GENERATIONS, json.dumps({"prompt": "a cat", text: 1})), {(201, "")})


def test_as_a_name_in_meta(api: ApiClient) -> None:
    assert_each(TEXTS, lambda text: api.create(meta={text: 1}), {(201, ""), INVALID})


def test_as_the_bytes_of_the_body(api: ApiClient) -> None:
    assert_each(TEXTS, lambda text: api.post(GENERATIONS, utf8(text)), {INVALID})


def test_what_is_accepted_comes_back_as_it_was_sent(api: ApiClient) -> None:
    for value in VALUES:
        body = json.dumps({"prompt": "a cat", "autoEnhance": False, "meta": {"key": value}})
        created = api.post(GENERATIONS, body)
        if created.status_code == 201:
            shown = api.get(created["Location"]).json()["data"]
            assert shown["meta"] == {"key": value}, f"{value!r:.200}"


def test_a_prompt_that_is_accepted_comes_back_trimmed_and_otherwise_as_it_was_sent(api: ApiClient) -> None:
    for text in TEXTS:
        created = api.create(prompt=text, autoEnhance=False)
        if created.status_code == 201:
            assert api.get(created["Location"]).json()["data"]["prompt"] == text.strip(), f"{text!r:.200}"


# ── The address ──────────────────────────────────────────────────────────────────────────────────────────────────────


QUOTED, RAW = "", "%&=+;"  # what a client leaves as it is


@pytest.mark.parametrize(
    ("name", "safe"),
    [*((name, QUOTED) for name in ("status", "limit", "offset", "includeDeleted", "unknown")), ("status", RAW)],
)
def test_in_the_query(api: ApiClient, name: str, safe: str) -> None:
    assert_each(
        TEXTS, lambda text: api.get(f"{GENERATIONS}?{name}={quote(utf8(text), safe=safe)}"), {(200, ""), INVALID}
    )


@pytest.mark.parametrize(("method", "safe"), [("get", QUOTED), ("get", RAW), ("delete", QUOTED)])
def test_as_an_id(api: ApiClient, project: Any, method: str, safe: str) -> None:
    GenerationFactory(project=project)
    send = getattr(api, method)
    assert_each(TEXTS, lambda text: send(f"{GENERATIONS}/{quote(utf8(text), safe=safe)}"), NOT_FOUND)


def test_as_a_path(api: ApiClient) -> None:
    assert_each(TEXTS, lambda text: api.get(f"/api/{quote(utf8(text), safe='%')}"), {(404, "NOT_FOUND")})


# ── The headers ──────────────────────────────────────────────────────────────────────────────────────────────────────

HEADERS: dict[str, set[tuple[int, str]]] = {
    "X-API-Key": {(401, "UNAUTHORIZED")},
    "X-Request-Id": {(200, "")},
    "Host": {(200, ""), INVALID},
    "Accept": {(200, "")},
}


@pytest.mark.parametrize("name", HEADERS)
def test_in_a_header(api: ApiClient, name: str) -> None:
    assert_each(TEXTS, lambda text: api.get(GENERATIONS, headers={name: as_header(text)}), HEADERS[name])


def test_in_all_headers_that_decide_nothing(api: ApiClient) -> None:
    names = (
        "Cookie",
        "User-Agent",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Correlation-Id",
        "Accept-Language",
        "Range",
    )
    assert_each(TEXTS, lambda text: api.get(GENERATIONS, headers=dict.fromkeys(names, as_header(text))), {(200, "")})


def test_in_if_none_match(api, project):
    path = f"{GENERATIONS}/{GenerationFactory(project=project).pk}"
    assert_each(TEXTS, lambda text: api.get(path, headers={"If-None-Match": as_header(text)}), {(200, ""), (304, "")})


def test_as_a_content_type(api: ApiClient) -> None:
    def send(text: str) -> Any:
        return api.generic("POST", GENERATIONS, b'{"prompt": "a cat"}', content_type=as_header(text))

    assert_each(TEXTS, send, {(415, "UNSUPPORTED_MEDIA_TYPE")})


def utf8(text: str) -> bytes:
    """The bytes that a careless client sends: surrogates and all."""
    return text.encode("utf-8", "surrogatepass")


def as_header(text: str) -> str:
    """What a WSGI server makes of these bytes in a header."""
    return utf8(text).decode("latin-1")
