"""What every answer carries, whoever gives it: the API, a page, a file, an error."""

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tests.client import GENERATIONS

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture
def picture(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return default_storage.url(default_storage.save("a/b.png", ContentFile(b"pixels")))


ANSWERS = {
    "list": lambda api, picture: api.get(GENERATIONS),
    "not found": lambda api, picture: api.get(f"{GENERATIONS}/x"),
    "unknown path": lambda api, picture: api.get("/api/x"),
    "unknown page": lambda api, picture: api.get("/x"),
    "wrong method": lambda api, picture: api.put(GENERATIONS),
    "wrong key": lambda api, picture: api.get(GENERATIONS, headers={"X-API-Key": "x"}),
    "wrong host": lambda api, picture: api.get(GENERATIONS, headers={"Host": "evil.example"}),
    "wrong host of a page": lambda api, picture: api.get("/docs", headers={"Host": "evil.example"}),
    "bad body": lambda api, picture: api.post(GENERATIONS, "{"),
    "docs": lambda api, picture: api.get("/docs"),
    "schema": lambda api, picture: api.get("/schema"),
    "start": lambda api, picture: api.get("/"),
    "admin": lambda api, picture: api.get("/admin/login/"),
    "static": lambda api, picture: api.get("/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css"),
    "no static": lambda api, picture: api.get("/static/none.css"),
    "media": lambda api, picture: api.get(picture),
    "no media": lambda api, picture: api.get("/media/none.png"),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_answer_has_security_headers_and_a_request_id(api, picture, answer):
    answer = ANSWERS[answer](api, picture)
    answer.close()
    assert {name: answer[name] for name in SECURITY} == SECURITY
    assert UUID.fullmatch(answer["X-Request-Id"])


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_answer_keeps_the_callers_request_id(api, picture, answer):
    api.defaults["HTTP_X_REQUEST_ID"] = "Trace_1.2-abc"
    answer = ANSWERS[answer](api, picture)
    answer.close()
    assert answer["X-Request-Id"] == "Trace_1.2-abc"


@pytest.mark.parametrize("request_id", ["x" * 8, "x" * 64, "550e8400-e29b-41d4-a716-446655440000"])
def test_a_sane_request_id_is_kept(api, request_id):
    answer = api.get(f"{GENERATIONS}/x", headers={"X-Request-Id": request_id})
    assert answer["X-Request-Id"] == answer.json()["error"]["requestId"] == request_id


@pytest.mark.parametrize(
    "request_id",
    [
        "",
        "x" * 7,
        "x" * 65,
        "abcdefgh\r\nSet-Cookie: a=b",
        "abcdefgh\n",
        "a b c d e f",
        "<script>",
        "é" * 10,
        "\0" * 10,
    ],
)
def test_any_other_is_replaced(api, request_id):
    answer = api.get(f"{GENERATIONS}/x", headers={"X-Request-Id": request_id})
    assert UUID.fullmatch(answer["X-Request-Id"])
    assert answer.json()["error"]["requestId"] == answer["X-Request-Id"]
    assert "Set-Cookie" not in answer


def test_the_row_remembers_the_request_that_made_it(api, project):
    answer = api.create()
    assert project.generations.get().request_id == answer["X-Request-Id"]


def test_the_api_is_nothing_to_cache_to_frame_or_to_run(api):
    for answer in (api.get(GENERATIONS), api.get("/api/x"), api.put(GENERATIONS)):
        assert answer["Cache-Control"] == "private, no-cache"
        assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer["Content-Type"] == "application/json"
        assert int(answer["Content-Length"]) == len(answer.content)


def test_the_api_sets_no_cookie_and_does_not_vary_by_one(api):
    answer = api.create()
    assert not answer.cookies
    assert "Vary" not in answer


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*", "", "nonsense", "image/png;q=0.1"])
def test_the_api_speaks_json_whatever_is_asked_for(api, accept):
    answer = api.get(f"{GENERATIONS}?format=api", headers={"Accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


def test_head_is_get_without_a_body(api, project):
    got = api.get(GENERATIONS)
    head = api.head(GENERATIONS)
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == got["Content-Length"]
