"""Every path answers programs in JSON and browsers with a page, whatever goes wrong, and no answer repeats the host."""

import json

import pytest
from django.contrib.auth.models import User
from django.test import Client

PROGRAMS = [None, "*/*", "application/json", "application/json, text/html;q=0.5", "image/avif,image/webp,*/*;q=0.8"]
BROWSERS = [
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "TEXT/HTML",
    # What Django's own reader of this header crashes on.
    "text/html; a*=nonsense''x",
]
# Each path with every method that it does not take, and what is wrong with it.
WRONG = [
    *[(405, "METHOD_NOT_ALLOWED", path, method) for path in ("/healthz", "/readyz", "/metrics", "/schema", "/docs", "/")
      for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS")],
    *[(405, "METHOD_NOT_ALLOWED", "/media/a/b.png", method) for method in ("POST", "PUT", "DELETE", "OPTIONS")],
    (405, "METHOD_NOT_ALLOWED", "/admin/logout/", "GET"),
    *[(404, "NOT_FOUND", path, method)
      for path in ("/none", "/healthz/", "/docs/none", "/media/none.png", "/media/", "/static/none.css")
      for method in ("GET", "HEAD")],
    *[(404, "NOT_FOUND", path, method) for path in ("/none", "/static/none.css") for method in ("POST", "OPTIONS")],
    (404, "NOT_FOUND", "/admin/none/", "GET"),
    (403, "FORBIDDEN", "/admin/auth/user/", "GET"),
]  # fmt: skip


@pytest.fixture
def ask(db, settings, tmp_path):
    """A member of staff with no rights, whose browser does not keep a token; a crash is an answer."""
    settings.MEDIA_ROOT = tmp_path
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    client.force_login(User.objects.create_user("clerk", is_staff=True))

    def ask(path, method="GET", accept=None, host="localhost", **headers):
        headers |= {"Host": host} | ({"Accept": accept} if accept is not None else {})
        return client.generic(method, path, headers=headers)

    return ask


def assert_is_json(answer, status, code):
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")
    error = json.loads(answer.content)["error"]
    assert error["code"] == code
    assert error["requestId"] == answer["X-Request-Id"]
    assert answer["Content-Length"] == str(len(answer.content))


def assert_is_a_page_of_ours(answer, status):
    assert (answer.status_code, answer["Content-Type"]) == (status, "text/html; charset=utf-8")
    text = answer.content.decode()
    assert "| Easel</title>" in text
    assert answer["X-Request-Id"] in text
    assert "<script" not in text
    assert answer["Content-Length"] == str(len(answer.content))


@pytest.mark.parametrize(("status", "code", "path", "method"), WRONG)
def test_what_is_wrong_is_json_for_programs_and_a_page_for_browsers(ask, status, code, path, method):
    for accept in PROGRAMS:
        answer = ask(path, method, accept)
        if method == "HEAD":
            assert (answer.status_code, answer["Content-Type"], answer.content) == (status, "application/json", b"")
        else:
            assert_is_json(answer, status, code)
        assert (status == 405) == ("Allow" in answer)
    for accept in BROWSERS if method != "HEAD" else []:
        assert_is_a_page_of_ours(ask(path, method, accept), status)
    assert "Accept" in answer["Vary"]


@pytest.mark.parametrize("path", ["/none", "/docs", "/admin/", "/schema", "/media/a/b.png", "/static/none.css"])
def test_a_host_that_is_not_ours_is_refused_in_both_forms(ask, path):
    assert_is_json(ask(path, host="evil.example"), 400, "VALIDATION_ERROR")
    page = ask(path, accept=BROWSERS[0], host="evil.example")
    assert_is_a_page_of_ours(page, 400)
    assert "evil" not in page.content.decode()


def test_a_crash_has_both_forms_too(ask, monkeypatch):
    def crash(*_):
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr("config.monitoring.health.finish", crash)
    assert_is_json(ask("/readyz"), 500, "INTERNAL_ERROR")
    page = ask("/readyz", accept=BROWSERS[0])
    assert_is_a_page_of_ours(page, 500)
    assert "secret" not in page.content.decode()


@pytest.mark.parametrize("accept", BROWSERS)
def test_the_api_speaks_json_to_browsers_too(ask, accept):
    assert_is_json(ask("/api/none", accept=accept), 404, "NOT_FOUND")
    assert_is_json(ask("/api/v1/generations", accept=accept), 401, "UNAUTHORIZED")
    assert_is_json(ask("/api/v1/generations", accept=accept, host="evil.example"), 400, "VALIDATION_ERROR")


# ── Probes ───────────────────────────────────────────────────────────────────────────────────────────────────────────

HOSTS = ["10.42.8.201:8000", "[fd00::17]:8000", "easel-web-5d4f", "", "evil.example", "a_b", "<i>.example", "x:y:z"]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_a_probe_is_answered_under_any_host_and_repeats_none(ask, path, host):
    for method in ("GET", "HEAD", "POST"):
        for more in ({}, {"Origin": "https://evil.example", "X-Forwarded-Host": "evil.example"}):
            answer = ask(path, method, host=host, **more)
            assert answer.status_code in ({405} if method == "POST" else {200, 503})
            said = answer.content.decode() + str(answer.headers)
            assert not host or host not in said
            assert "evil" not in said


def test_what_only_begins_like_a_probe_is_none(ask):
    for path in ("/healthz/", "/readyz/x", "/metricsx", "//healthz", "/healthz%00", "/HEALTHZ"):
        assert ask(path, host="10.42.8.201:8000").status_code == 400
