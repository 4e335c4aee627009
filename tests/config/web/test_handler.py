"""What a server hands over before Django's own error handling begins, and names with an underscore."""

import pytest
from django.test.client import FakePayload

from config.web.handler import Handler
from tests.client import GENERATIONS


def call(rf, path="/healthz", **environ):
    """As granian calls it; return the status and the body."""
    said = []
    body = Handler()(rf._base_environ(PATH_INFO=path, **environ), lambda status, headers: said.append(status))
    return said[0], b"".join(body)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; a*=nonsense''x",
        "application/json; charset*=nonsense''x",
        "text/html; charset*0*=nonsense'x'y",
        "application/json; charset=nonsense",
        "; a*=nonsense''x",
        "",
    ],
)
def test_no_content_type_is_a_crash(rf, db, content_type):
    assert call(rf, CONTENT_TYPE=content_type)[0] == "200 OK"
    status, body = call(rf, GENERATIONS, CONTENT_TYPE=content_type)
    assert (status, b'"UNAUTHORIZED"' in body) == ("401 Unauthorized", True)


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json; a*=nonsense''x", "201 Created"),
        ("application/json; charset*=nonsense''x", "201 Created"),
        ("text/html; a*=nonsense''x", "415 Unsupported Media Type"),
        ("; a*=nonsense''x", "415 Unsupported Media Type"),
    ],
)
def test_a_body_is_read_by_its_type_whatever_else_is_said_of_it(rf, transactional_db, api_key, content_type, expected):
    body = b'{"prompt": "a cat"}'
    environ = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(body)), "wsgi.input": FakePayload(body)}
    assert call(rf, GENERATIONS, REQUEST_METHOD="POST", HTTP_X_API_KEY=api_key.text, **environ)[0] == expected


@pytest.mark.parametrize("name", ["HTTP_CONTENT_LENGTH", "HTTP_CONTENT_TYPE"])
@pytest.mark.parametrize("path", ["/healthz", GENERATIONS, "/admin/login/"])
def test_a_second_spelling_of_what_describes_the_body_is_refused(rf, db, name, path):
    status, body = call(rf, path, **{name: "0"})
    assert status == "400 Bad Request"
    assert b"Content-Length and Content-Type are spelt with a hyphen." in body
