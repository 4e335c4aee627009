"""The door of a web process, when all threads but the last are taken."""

from io import BytesIO

import orjson
import pytest

from config.web import admission
from tests.client import GENERATIONS

ONE = f"{GENERATIONS}/550e8400-e29b-41d4-a716-446655440000"


@pytest.fixture
def full(settings, monkeypatch):
    """A door behind which the only place is taken; call it with a method and a path."""
    settings.THREADS_TO_FILL = 1
    monkeypatch.setattr(admission, "in_slots", lambda application: application)

    def application(environ, start_response):
        start_response("200 OK", [])
        return [environ["PATH_INFO"].encode()]

    door = admission.admit(application)

    def call(method, path):
        said = {}

        def start_response(status, headers):
            said["status"], said["headers"] = status, dict(headers)

        answer = door({"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": BytesIO()}, start_response)
        said["body"] = b"".join(answer)
        said["release"] = getattr(answer, "close", None)
        return said

    call.first = call("GET", ONE)
    return call


def test_who_comes_when_it_is_full_is_told_when_to_come_again(full):
    refused = full("GET", ONE)
    assert (refused["status"], refused["headers"]["Retry-After"]) == ("503 Service Unavailable", "1")
    assert orjson.loads(refused["body"])["error"]["code"] == "SERVICE_UNAVAILABLE"
    full.first["release"]()
    assert full("GET", ONE)["body"] == ONE.encode()


def test_an_event_source_comes_again_of_itself(full):
    """By the HTML standard it gives up for good on everything but 200, and keeps the time that ``retry`` named."""
    refused = full("GET", f"{ONE}/events")
    assert (refused["status"], refused["headers"]["Content-Type"]) == ("200 OK", "text/event-stream")
    assert refused["body"] == b": too many are waiting, come again\nretry: 15000\n"
    assert full("POST", f"{ONE}/events")["status"] == "503 Service Unavailable"


def test_whether_we_live_is_always_said(full):
    assert full("GET", "/healthz")["body"] == b"/healthz"
