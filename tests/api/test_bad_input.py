"""What breaks a plain Django view, with the exact answer it gets here; and nothing is kept of any of it."""

import json

import pytest

from generations.models import Generation
from projects.api.parsers import loads
from tests.client import GENERATIONS

MIB = 1024 * 1024


@pytest.fixture(autouse=True)
def nothing_is_kept(db):
    yield
    assert Generation.objects.count() == 0


def refusal(answer):
    """Status, code and what is said of which field."""
    error = answer.json()["error"]
    return answer.status_code, error["code"], error.get("details", error["message"])


def invalid(**details):
    return 400, "VALIDATION_ERROR", {name.replace("__", "."): [message] for name, message in details.items()}


NULL = "Null characters are not allowed."
SURROGATE = "Surrogate characters are not allowed: U+D800."
BAD_TEXT = "NUL characters and lone surrogates are not allowed, neither in names nor in values."


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (r'"prompt": "a\u0000cat"', invalid(prompt=NULL)),
        (r'"prompt": "a\ud800cat"', invalid(prompt=SURROGATE)),
        (r'"prompt": "a cat", "meta": {"a": "\u0000"}', invalid(meta=BAD_TEXT)),
        (r'"prompt": "a cat", "meta": {"\u0000": "a"}', invalid(meta=BAD_TEXT)),
        (r'"prompt": "a cat", "meta": {"a": ["\ud800"]}', invalid(meta=BAD_TEXT)),
        (r'"prompt": "a cat", "meta": {"a": {"\udfff": 1}}', invalid(meta=BAD_TEXT)),
        (
            r'"prompt": "a cat", "aspectRatio": "\ud800"',
            invalid(aspectRatio="Must be one of: 1:1, 16:9, 9:16, 3:2, 21:9."),
        ),
    ],
)
def test_text_that_postgresql_cannot_hold(api, fields, expected):
    assert refusal(api.post(GENERATIONS, f"{{{fields}}}")) == expected


NO_JSON = "The body is not JSON: {} at line 1, column {}."


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", NO_JSON.format("Expecting property name enclosed in double quotes", 2)),
        (b'{"prompt": "a cat"', NO_JSON.format("Expecting ',' delimiter", 19)),
        (b"{'prompt': 'a cat'}", NO_JSON.format("Expecting property name enclosed in double quotes", 2)),
        (b'{"prompt": "a cat"} {}', NO_JSON.format("Extra data", 21)),
        (b'{"prompt": "a\ncat"}', NO_JSON.format("Invalid control character at", 14)),
        (b'{"prompt": "\\x"}', NO_JSON.format("Invalid \\escape", 13)),
        (b"prompt=a+cat", NO_JSON.format("Expecting value", 1)),
        (b"   ", NO_JSON.format("Expecting value", 4)),
        (b'{"prompt": "a cat", "meta": {"a": NaN}}', "The body is not JSON: NaN is not a number there."),
        (b'{"prompt": "a cat", "meta": {"a": Infinity}}', "The body is not JSON: Infinity is not a number there."),
        (b'{"prompt": "a cat", "meta": {"a": -Infinity}}', "The body is not JSON: -Infinity is not a number there."),
        (b'{"prompt": "a cat", "meta": {"a": 1e999}}', "The body has a number that is too large."),
        (b'{"prompt": "a cat", "meta": {"a": -1e999}}', "The body has a number that is too large."),
        (b'{"prompt": "a cat", "meta": {"a": 9223372036854775808}}', "The body has an integer beyond 64 bits."),
        (b'{"prompt": "a cat", "meta": {"a": -9223372036854775809}}', "The body has an integer beyond 64 bits."),
        (b'{"a": ' + b"9" * 100_000 + b"}", "The body has an integer beyond 64 bits."),
        (b'{"prompt": "a cat", "prompt": "a dog"}', "The body names the same field twice."),
        (b'{"prompt": "a cat", "meta": {"a": [{"b": 1, "b": 1}]}}', "The body names the same field twice."),
        (b'{"prompt": "a \xff"}', "The body is not UTF-8."),
        (b'{"prompt": "\xed\xa0\x80"}', "The body is not UTF-8."),
        ('{"prompt": "a cat"}'.encode("utf-16"), "The body is not UTF-8."),
        ('{"prompt": "a cat"}'.encode("utf-32"), "The body is not UTF-8."),
        (
            '{"prompt": "a cat"}'.encode("utf-16-le"),
            NO_JSON.format("Expecting property name enclosed in double quotes", 2),
        ),
        ('{"prompt": "a cat"}'.encode("utf-8-sig"), NO_JSON.format("Expecting value", 1)),
        (b"[" * 5_000 + b"]" * 5_000, "The body is nested too deeply."),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "The body is nested too deeply."),
        (b'{"prompt": "a cat", "meta": ' + b'{"a":' * 5_000 + b"1" + b"}" * 5_001, "The body is nested too deeply."),
        (b"[" * 500_000, "The body is nested too deeply."),
    ],
)
def test_a_body_that_is_no_json(api, body, message):
    assert refusal(api.post(GENERATIONS, body)) == invalid(body=message)


@pytest.mark.parametrize("depth", [11, 100, 500])
def test_meta_that_parses_but_is_too_deep(api, depth):
    meta = '{"a":' * depth + "1" + "}" * depth
    assert refusal(api.post(GENERATIONS, f'{{"prompt": "a cat", "meta": {meta}}}')) == invalid(
        meta="At most 10 levels deep."
    )


@pytest.mark.parametrize("body", ["[]", '"a cat"', "1", "true", '[{"prompt": "a cat"}]'])
def test_a_body_that_is_no_object(api, body):
    assert refusal(api.post(GENERATIONS, body)) == invalid(body="Must be a JSON object.")


def test_a_body_that_is_null(api):
    assert refusal(api.post(GENERATIONS, "null")) == invalid(body="This field may not be null.")


def test_no_body(api):
    assert refusal(api.post(GENERATIONS)) == invalid(prompt="This field is required.")
    assert refusal(api.generic("POST", GENERATIONS)) == invalid(prompt="This field is required.")


# ── Its size and its type ────────────────────────────────────────────────────────────────────────────────────────────


def padded(size):
    """A JSON body of that many bytes that says too little."""
    return b'{"x": "' + b"x" * (size - 9) + b'"}'


def test_a_body_of_one_mib_is_read(api):
    assert len(padded(MIB)) == MIB
    assert refusal(api.post(GENERATIONS, padded(MIB))) == invalid(prompt="This field is required.")


def test_a_body_of_one_byte_more_is_not(api):
    expected = (413, "PAYLOAD_TOO_LARGE", "The request body is larger than 1 MiB.")
    assert refusal(api.post(GENERATIONS, padded(MIB + 1))) == expected
    assert refusal(api.post(GENERATIONS, b"x" * 5 * MIB)) == expected


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json-patch+json",
        "application/xml",
        "*/*",
        "application/*",
        "json",
        "nonsense",
        ";",
    ],
)
def test_a_body_of_another_type(api, content_type):
    answer = api.generic("POST", GENERATIONS, b'{"prompt": "a cat"}', content_type=content_type)
    assert refusal(answer) == (415, "UNSUPPORTED_MEDIA_TYPE", "Send JSON, with Content-Type: application/json.")


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_json_by_any_of_its_names(api, content_type):
    answer = api.generic("POST", GENERATIONS, b'{"prompt": 1}', content_type=content_type)
    assert refusal(answer) == invalid(prompt="Not a valid string.")


# ── The address ──────────────────────────────────────────────────────────────────────────────────────────────────────

STATUSES = "Must be one of: pending, processing, success, failed."


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=%00", invalid(status=STATUSES)),
        ("status=%ED%A0%80", invalid(status=STATUSES)),
        ("status=%FF", invalid(status=STATUSES)),
        ("limit=100000000000000000000", invalid(limit="A valid integer is required.")),
        ("limit=99999999999999999999", invalid(limit="Ensure this value is less than or equal to 100.")),
        ("offset=100000000000000000000", invalid(offset="A valid integer is required.")),
        ("offset=-1", invalid(offset="A valid integer is required.")),
        ("limit=%00", invalid(limit="A valid integer is required.")),
        ("includeDeleted=%00", invalid(includeDeleted="Must be true or false.")),
        ("&".join(f"x{n}=1" for n in range(1001)), invalid(body="The request could not be read.")),
    ],
)
def test_a_query_that_cannot_be_answered(api, query, expected):
    assert refusal(api.get(f"{GENERATIONS}?{query}")) == expected


@pytest.mark.parametrize(
    "path",
    [
        "/api/",
        "/api/v1",
        "/api/v1/",
        "/api/v2/generations",
        f"{GENERATIONS}/",
        f"{GENERATIONS}/a/b",
        "/api",
        "/api//x",
        "/api/%00",
    ],
)
@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "options", "trace"])
def test_an_unknown_path_of_the_api(api, nobody, path, method):
    for caller in (api, nobody):
        answer = getattr(caller, method)(path)
        assert refusal(answer) == (404, "NOT_FOUND", "No such path.")
        assert "Allow" not in answer
    assert "X-RateLimit-Limit" in getattr(api, method)(path)


def test_a_wrong_key_at_an_unknown_path_learns_no_more_than_no_key(nobody):
    assert refusal(nobody.get("/api/nowhere", headers={"X-API-Key": "esl_wrong"})) == (
        404,
        "NOT_FOUND",
        "No such path.",
    )


@pytest.mark.parametrize("path", ["/nowhere", "/docs/", "/schema/", "/%00", "/generations", "/.env", "/media/../x"])
def test_an_unknown_path_elsewhere_is_json_too(nobody, path):
    assert refusal(nobody.get(path)) == (404, "NOT_FOUND", "Nothing is here.")


@pytest.mark.parametrize(
    ("path", "allowed"), [(GENERATIONS, "GET, HEAD, POST"), (f"{GENERATIONS}/x", "GET, HEAD, DELETE")]
)
@pytest.mark.parametrize("method", ["PUT", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "X" * 50])
def test_a_method_that_an_address_does_not_take(api, path, allowed, method):
    answer = api.generic(method, path)
    message = "This address does not take that method. See Allow for those it does."
    assert refusal(answer) == (405, "METHOD_NOT_ALLOWED", message)
    assert answer["Allow"] == allowed


def test_delete_of_the_list_and_post_to_one_are_not_taken(api):
    assert api.delete(GENERATIONS).status_code == 405
    assert api.post(f"{GENERATIONS}/x").status_code == 405


def test_the_schema_is_only_read(nobody):
    answer = nobody.post("/schema")
    assert refusal(answer)[:2] == (405, "METHOD_NOT_ALLOWED")
    assert answer["Allow"] == "GET, HEAD"


# ── The headers ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", [GENERATIONS, "/docs", "/nowhere"])
@pytest.mark.parametrize(
    "host", ["evil.example", "b@d host", "", "localhost:port", "localhost\r\nX: y", "[::1", "é", "a" * 5000]
)
def test_a_host_that_is_not_ours(api, path, host):
    answer = api.get(path, headers={"Host": host})
    assert refusal(answer) == invalid(Host="The Host header names no host of this service.")


def test_a_crash_gives_nothing_away(api, monkeypatch, caplog):
    monkeypatch.setattr("generations.api.views.generation_out", lambda *args: 1 / 0)
    answer = api.create()
    expected = "Something went wrong on our side. It has been logged."
    assert refusal(answer) == (500, "INTERNAL_ERROR", expected)
    assert b"ZeroDivisionError" not in answer.content
    assert "ZeroDivisionError" in caplog.text
    Generation.objects.all().delete()


def test_the_parser_takes_what_json_allows():
    text = '{"a": [1, -0, 1.5, 1e5, "\\u00e9\\ud83d\\ude00", true, false, null, {}], "": 9223372036854775807}'
    assert loads(text.encode()) == json.loads(text)
