"""The login over plain HTTP, and forms that are refused: a page of ours says which setting mends it."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

LOGIN = "/admin/login/"
HTML = {"Accept": "text/html"}
PLAIN, UNTOLD, FOREIGN = "SECURE_COOKIES=false", "Set BEHIND_TLS_PROXY=true, and have", "Set PUBLIC_URL to the address"


@pytest.fixture
def production(settings):
    """What production has of cookies."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"


@pytest.fixture
def browser(db):
    User.objects.create_superuser("boss", password="correct horse")
    return Client(enforce_csrf_checks=True, headers=HTML)


def send_form(browser, *, keep_cookies=True, secure=False, **headers):
    token = browser.get(LOGIN, secure=secure).context["csrf_token"]
    if not keep_cookies:
        browser.cookies.clear()
    form = {"username": "boss", "password": "correct horse", "csrfmiddlewaretoken": str(token)}
    return browser.post(LOGIN, form, headers=headers, secure=secure)


def test_it_is_said_before_a_password_is_typed(browser, production):
    page = browser.get(LOGIN).content.decode()
    assert PLAIN in page
    assert "docs/Caddyfile" in page
    assert UNTOLD in browser.get(LOGIN, headers={"X-Forwarded-Proto": "https"}).content.decode()


def test_nothing_is_said_where_the_connection_is_sound(browser, production, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for page in (browser.get(LOGIN, secure=True), browser.get(LOGIN, headers={"X-Forwarded-Proto": "https"})):
        assert page.status_code == 200
        assert "easel-error" not in page.content.decode()


def test_a_laptop_is_told_nothing_and_logs_in(browser):
    assert "easel-error" not in browser.get(LOGIN).content.decode()
    assert send_form(browser).status_code == 302


def test_a_login_over_plain_http_says_what_to_set(browser, production):
    refused = send_form(browser, keep_cookies=False)
    assert refused.status_code == 403
    assert PLAIN in refused.content.decode()
    assert "The form was refused" in refused.content.decode()


def test_behind_a_proxy_that_easel_does_not_know_of_it_names_that_setting(browser, production):
    refused = send_form(browser, Origin="https://testserver")
    assert refused.status_code == 403
    assert UNTOLD in refused.content.decode()


def test_a_form_of_another_origin_names_the_setting_and_never_that_origin(browser):
    refused = send_form(browser, Origin="https://evil.example")
    assert refused.status_code == 403
    assert FOREIGN in refused.content.decode()
    assert "such as http://testserver" in refused.content.decode()
    assert "evil" not in refused.content.decode()


def test_without_cookies_on_a_sound_connection_it_is_the_browser(browser, production):
    refused = send_form(browser, keep_cookies=False, secure=True, Origin="https://testserver")
    assert refused.status_code == 403
    assert "the browser keeps no cookies" in refused.content.decode()


def test_a_program_is_told_in_json(browser, production):
    refused = browser.post(LOGIN, {}, headers={"Accept": "*/*"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "FORBIDDEN")
    assert PLAIN in refused.json()["error"]["message"]
