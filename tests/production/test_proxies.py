"""Easel behind nginx and Caddy, with the files in docs/ as they are."""

import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from urllib.parse import urlencode, urlsplit

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User

from generations.worker import runner
from tests.api.live import Answer, serve
from tests.client import GENERATIONS
from tests.factories import ApiKeyFactory
from tests.production.proxies import NAME, Caddy, Nginx
from tests.servers.process import HOST

LOGIN = "/admin/login/"
PASSWORD = "correct horse battery"
SPELLINGS = ["X-Forwarded-For", "X_Forwarded_For", "X-Forwarded_For", "x_forwarded-for", "Forwarded", "X-Real-IP"]
STALLED = 20
"""Five times as many as work at once in a process."""


class Site:
    """The public address, and what a client of it does."""

    def __init__(self, proxy, server, key) -> None:
        self.proxy, self.server, self.key = proxy, server, key

    def call(self, path, method="GET", body=None, **headers):
        with closing(self.proxy.connect()) as connection:
            given = {"Host": NAME, "X-API-Key": self.key, "Content-Type": "application/json"} | headers
            connection.request(method, path, body, {name: value for name, value in given.items() if value is not None})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())

    def create(self, **headers):
        return self.call(GENERATIONS, "POST", b'{"prompt": "a cat", "autoEnhance": false}', **headers)

    def log_in(self, password, **headers):
        """Post the login's form, as a browser does; return the answer."""
        page = self.call(LOGIN, Accept="text/html")
        assert page.status == 200
        (cookie,) = re.findall(r"__Host-csrftoken=\w+", str(page.headers))
        (token,) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.body.decode())
        form = urlencode({"username": "boss", "password": password, "csrfmiddlewaretoken": token, "next": "/admin/"})
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://{NAME}", "Cookie": cookie}
        return self.call(LOGIN, "POST", form.encode(), **{**kind, "Referer": f"https://{NAME}{LOGIN}", **headers})


@pytest.fixture(params=[Nginx, Caddy], ids=["nginx", "caddy"])
def site(request, database_url, redis_url, tmp_path, settings):
    """Easel, and one of them in front of it."""
    kind = request.param
    if not kind.is_installed():
        assert not os.environ.get("CI") or os.environ.get("WITHOUT_PROXIES"), f"{kind.program} is not installed"
        pytest.skip(f"{kind.program} is not installed")
    key = ApiKeyFactory(rate_limit_per_hour=1_000_000).text
    environment = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "BROKER_URL": redis_url,
        "DJANGO_SETTINGS_MODULE": "tests.production.settings",
        "ALLOWED_HOSTS": f"{NAME},{HOST}",
        "PUBLIC_URL": f"https://{NAME}",
        "BEHIND_TLS_PROXY": "true",
        "SECURE_COOKIES": "true",
        **kind.settings,
    }
    settings.MEDIA_ROOT = tmp_path / "data" / "media"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    User.objects.create_superuser("boss", password=PASSWORD)
    settings.PUBLIC_URL = environment["PUBLIC_URL"]
    with ExitStack() as running:
        server = running.enter_context(serve(tmp_path, **environment))
        proxy = running.enter_context(kind(server.port, settings.MEDIA_ROOT))
        yield Site(proxy, server, key)


def paint():
    """What a worker does, in this process."""
    done = runner.run("generations")
    assert done is not None


def test_what_easel_promises_holds_behind_it(site):
    data = assert_it_is_made_and_polled(site)
    assert_the_picture_is_served_and_gone_once_deleted(site, data)
    assert_a_request_waits(site)
    assert_events_come_one_by_one(site)
    assert_links_and_pages_name_the_public_address(site)
    assert_probes_and_errors_are_easels_own(site)
    assert_what_is_too_large_is_refused(site)
    assert_a_key_has_one_spelling(site)
    assert_a_guesser_is_counted_by_its_address_whatever_it_claims(site)
    if isinstance(site.proxy, Caddy):
        assert_a_proxy_that_passes_on_every_name_moves_no_address(site)
    assert_clients_that_stall_in_their_bodies_hold_up_nobody(site)


def assert_it_is_made_and_polled(site):
    created = site.create(**{"Idempotency-Key": "order-1"})
    assert created.status == 201
    again = site.create(**{"Idempotency-Key": "order-1"})
    assert (again.status, again.headers["Idempotency-Replayed"], again.body) == (201, "true", created.body)
    path = f"{GENERATIONS}/{created.json()['data']['id']}"
    polled = site.call(path)
    assert site.call(path, **{"If-None-Match": polled.headers["ETag"]}).status == 304
    paint()
    data = site.call(path).json()["data"]
    assert data["status"] == "success"
    return data


def assert_the_picture_is_served_and_gone_once_deleted(site, data):
    link = urlsplit(data["outputImage"]["storageUrl"])
    assert (link.scheme, link.netloc) == ("https", NAME)
    picture = site.call(link.path, **{"X-API-Key": None})
    assert (picture.status, picture.headers["Content-Type"]) == (200, data["outputImage"]["mimeType"])
    assert len(picture.body) == data["outputImage"]["fileSize"]
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert site.call(link.path, **{"If-None-Match": picture.headers["ETag"]}).status == 304
    assert site.call(link.path.replace("/media/", "/protected/")).status == 404
    assert site.call(f"{GENERATIONS}/{data['id']}", "DELETE").status == 200
    assert site.call(link.path).status == 404


def assert_a_request_waits(site):
    with ThreadPoolExecutor(1) as client:
        waiting = client.submit(site.create, Prefer="wait=20")
        deadline = time.monotonic() + 15
        while runner.run("generations") is None:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        answer = waiting.result()
    assert (answer.status, answer.json()["data"]["status"]) == (201, "success")
    assert answer.headers["Preference-Applied"] == "wait=20"


def assert_events_come_one_by_one(site):
    path = f"{GENERATIONS}/{site.create().json()['data']['id']}/events"
    with closing(site.proxy.connect()) as connection:
        connection.request("GET", path, headers={"Host": NAME, "X-API-Key": site.key})
        stream = connection.getresponse()
        assert (stream.status, stream.headers["Content-Type"]) == (200, "text/event-stream")
        assert b"event: status\n" in iter(stream.readline, b"")
        paint()  # only now: the first event was here before there was another
        rest = stream.read()
    assert b"event: done\n" in rest


def assert_links_and_pages_name_the_public_address(site):
    moved = site.call("/", **{"X-API-Key": None})
    assert (moved.status, moved.headers["Location"]) == (302, "/docs")
    asked = site.call("/admin/")
    assert (asked.status, asked.headers["Location"]) == (302, "/admin/login/?next=/admin/")
    assert site.call("/docs", Accept="text/html").status == 200
    assert site.call("/schema?format=json").json()["servers"] == [{"url": f"https://{NAME}"}]
    unfinished = site.create(Prefer="wait=1")
    assert unfinished.headers["Location"] == f"https://{NAME}{GENERATIONS}/{unfinished.json()['data']['id']}"


def assert_probes_and_errors_are_easels_own(site):
    for path in ("/healthz", "/readyz"):
        assert site.call(path).json()["status"] in {"alive", "ready"}
    assert site.server.call("", path="/healthz", Host="10.42.8.201:8000").status == 200
    assert site.call("/metrics").status == 404
    assert b"easel_" not in site.call("/metrics").body
    assert site.call("/readyz", "POST", b"").json()["error"]["code"] == "METHOD_NOT_ALLOWED"
    assert b"| Easel</title>" in site.call("/none", Accept="text/html").body


def assert_what_is_too_large_is_refused(site):
    for size in (1024 * 1024 + 1, 3 * 1024 * 1024):
        with suppress(OSError):  # whoever refuses may close before all of it is there
            refused = site.call(GENERATIONS, "POST", b" " * size)
            assert (refused.status, refused.json()["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert site.call("/healthz").status == 200


def assert_a_key_has_one_spelling(site):
    assert site.call(GENERATIONS).status == 200
    for name in ("X_API_Key", "X-API_Key", "x_api-key"):
        assert site.call(GENERATIONS, **{"X-API-Key": None, name: site.key}).status == 401
        assert site.call(GENERATIONS, **{name: "another"}).status == 200
    for name in ("Content_Type", "Content_Length"):
        assert site.call(GENERATIONS, **{name: "7"}).status == 200
        assert site.server.call(site.key, **{name: "7"}).status == 400


def assert_a_guesser_is_counted_by_its_address_whatever_it_claims(site):
    welcome = site.log_in(PASSWORD)
    assert (welcome.status, welcome.headers["Location"]) == (302, "/admin/")
    cookie = next(value for name, value in welcome.headers.items() if value.startswith("__Host-sessionid="))
    assert "Secure" in cookie
    for number, name in enumerate(SPELLINGS):
        claim = f"203.0.113.{number}"
        headers = {name: f"for={claim}" if name == "Forwarded" else claim}
        assert site.log_in("wrong", **headers).status == (200 if number < 4 else 429)
    assert list(AccessAttempt.objects.values_list("ip_address", flat=True)) == [HOST]
    assert site.log_in(PASSWORD, X_Forwarded_For="198.51.100.1").status == 429


def assert_clients_that_stall_in_their_bodies_hold_up_nobody(site):
    head = f"POST {GENERATIONS} HTTP/1.1\r\nHost: {NAME}\r\nX-API-Key: {site.key}\r\nContent-Length: 1000\r\n"
    head += "Content-Type: application/json\r\n\r\n{"
    with ExitStack() as stalled:
        for _ in range(STALLED):
            connection = stalled.enter_context(closing(site.proxy.connect()))
            connection.sock.sendall(head.encode())
        time.sleep(0.3)
        for _ in range(3):
            assert site.call(GENERATIONS).status == 200
            assert site.call("/healthz").status == 200


def assert_a_proxy_that_passes_on_every_name_moves_no_address(site):
    """As raw bytes to Easel itself, for what is in front may pass on anything; what it sets itself is Forwarded."""
    page = site.server.call("", path=LOGIN, Host=NAME, **{"X-Forwarded-Proto": "https"})
    (cookie,) = re.findall(r"__Host-csrftoken=\w+", str(page.headers))
    (token,) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.body.decode())
    form = urlencode({"username": "boss", "password": "wrong", "csrfmiddlewaretoken": token}).encode()
    for number, name in enumerate(("X-Forwarded-For", "X_Forwarded_For", "X-Forwarded_For", "X_Forwarded-For") * 2):
        head = f"POST {LOGIN} HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\nCookie: {cookie}\r\n"
        head += f"Forwarded: for=192.0.2.1\r\n{name}: 203.0.113.{number}\r\nContent-Length: {len(form)}\r\n"
        head += f"X-Forwarded-Proto: https\r\nOrigin: https://{NAME}\r\n"
        head += "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        answer = site.server.send(head.encode() + form)
        assert answer.startswith(b"HTTP/1.1 200" if number < 4 else b"HTTP/1.1 429"), answer[:300]
    assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {HOST, "192.0.2.1"}
    for twice in (f"Host: {NAME}\r\nHost: {NAME}", f"Host: {NAME}\r\nContent_Length: 0",
                  f"Host: {NAME}\r\nContent-Length: 0\r\nContent-Length: 1"):  # fmt: skip
        raw = f"GET {GENERATIONS} HTTP/1.1\r\nConnection: close\r\n{twice}\r\n\r\n"
        assert site.server.send(raw.encode()).startswith(b"HTTP/1.1 400"), twice
