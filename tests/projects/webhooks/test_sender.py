"""One attempt over a real connection: what arrives, what is read, how long it may take, and where it may go."""

import socket
import ssl
import subprocess
import threading
import time
from contextlib import closing
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from projects.outbound import addresses
from projects.outbound import connection as line
from projects.outbound import connection_pool as pools
from projects.outbound.connection_pool import Pool
from projects.webhooks.sender import ANSWER_MAX_BYTES, send
from projects.webhooks.signing import new_salt, secret_of, signed_headers
from tests.projects.webhooks.receivers import drip, endless, receiver, reset, say, status
from tests.servers.listener import Listener
from tests.servers.process import free_port

pytestmark = pytest.mark.usefixtures("loopback")

BODY = '{"type":"generation.succeeded","data":{"prompt":"Зима, 雪"}}'
SECRETS = [secret_of(new_salt()), secret_of(new_salt())]


def headers(*secrets: str) -> dict[str, str]:
    return signed_headers(secrets or SECRETS[:1], message_id="msg_1", at=datetime.now(UTC), body=BODY)


def post(url: str):
    return send(url, headers(), BODY)


# ── What arrives ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_receiver_verifies_it_with_the_specifications_own_library():
    with receiver() as there:
        result = send(f"{there.url}?shop=1", headers(), BODY)
    (posted,) = there.posted
    assert posted.line == "POST /hooks?shop=1 HTTP/1.1"
    assert posted.headers["Host"] == f"127.0.0.1:{there.port}"
    assert posted.headers["Content-Type"] == "application/json"
    assert Webhook(SECRETS[0]).verify(posted.body, dict(posted.headers))["data"] == {"prompt": "Зима, 雪"}
    assert (result.is_success, result.status_code, result.answer, result.error) == (True, 200, "ok", "")
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRETS[1]).verify(posted.body, dict(posted.headers))


def test_while_two_secrets_overlap_each_of_them_verifies():
    with receiver() as there:
        send(there.url, headers(*SECRETS), BODY)
    for secret in SECRETS:
        assert Webhook(secret).verify(there.posted[0].body, dict(there.posted[0].headers))


def test_a_secret_is_32_bytes_and_follows_from_the_salt_and_our_key(settings):
    before = secret_of("salt")
    assert before == secret_of("salt") != secret_of("pepper")
    assert len(before.removeprefix("whsec_")) == 44
    settings.SECRET_KEY = "another"
    assert secret_of("salt") != before


# ── What an answer means ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("code", [200, 201, 202, 204, 299])
def test_2xx_is_success(code):
    with receiver(status(code)) as there:
        assert post(there.url).is_success


@pytest.mark.parametrize("code", [400, 401, 404, 410, 429, 500, 503, 999])
def test_anything_else_is_not(code):
    with receiver(status(code, body="why")) as there:
        result = post(there.url)
    assert (result.is_success, result.status_code, result.answer) == (False, code, "why")
    assert str(code) in result.error


@pytest.mark.parametrize("interim", [100, 102, 103, 199])
def test_an_interim_answer_is_none(interim):
    """RFC 9110, 15.2: whatever it is, the final one follows it."""
    early = f"HTTP/1.1 {interim} Wait\r\nLink: </style.css>; rel=preload\r\n\r\n".encode()
    for final in (status(200, body="ok"), status(500, body="why")):
        with receiver(early * 3 + final) as there:
            result = post(there.url)
        assert (result.status_code, result.answer) == ((200, "ok") if b" 200 " in final else (500, "why"))


def test_101_is_an_answer_for_nobody_asked_to_switch():
    with receiver(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n") as there:
        result = post(there.url)
    assert (result.is_success, result.status_code) == (False, 101)


def test_interim_answers_without_end_are_not_http():
    with receiver(endless(b"HTTP/1.1 102 Processing\r\n\r\n" * 1000)) as there:
        assert post(there.url).error == "The answer is not HTTP."


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(code):
    with receiver() as elsewhere, receiver(status(code, f"Location: {elsewhere.url}")) as there:
        result = post(there.url)
    assert (result.is_success, result.status_code) == (False, code)
    assert "redirects are not followed" in result.error
    assert elsewhere.connections == 0


@pytest.mark.parametrize("code", [429, 503])
def test_retry_after_is_read(code):
    for text, low, high in (("120", 120, 120), ("soon", 0, 0), ("-1", 0, 0), ("9" * 400, 1e8, 1e9)):
        with receiver(status(code, f"Retry-After: {text}")) as there:
            assert low <= post(there.url).retry_after_s <= high


@pytest.mark.parametrize(("date", "pause_s"), [("Date: Tue, 02 Jan 2024 03:04:05 GMT", 90), ("X-Clock: none", 0)])
def test_a_date_is_compared_with_the_receivers_own_clock(date, pause_s):
    with receiver(status(503, date, "Retry-After: Tue, 02 Jan 2024 03:05:35 GMT")) as there:
        assert post(there.url).retry_after_s == pause_s


def test_retry_after_of_a_success_means_nothing():
    with receiver(status(200, "Retry-After: 120")) as there:
        assert post(there.url).retry_after_s == 0


# ── One connection for several ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def pool():
    with closing(Pool()) as pool:
        yield pool


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"


@pytest.mark.parametrize("answer", [status(200, body="ok"), status(500, body="why"), status(204), CHUNKED])
def test_a_connection_is_used_again(pool, answer):
    with receiver(answer, requests=3) as there:
        results = [send(there.url, headers(), BODY, pool) for _ in range(3)]
    assert (there.connections, len(there.posted)) == (1, 3)
    assert len({(result.status_code, result.error, result.answer) for result in results}) == 1


@pytest.mark.parametrize(
    "answer",
    [
        status(200, "Connection: close", body="ok"),
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        status(200, body="x" * (ANSWER_MAX_BYTES + 1)),
        status(200, body="ok") + b"HTTP/1.1 200 OK\r\n",
        status(200, body="ok") + b"\n",
    ],
    ids=["said so", "1.0", "not read to its end", "half of another answer", "a byte too many"],
)
def test_one_that_may_not_be_is_not(pool, answer):
    with receiver(answer, requests=3) as there:
        assert [send(there.url, headers(), BODY, pool).is_success for _ in range(3)] == [True] * 3
    assert there.connections == 3


def test_one_that_was_hung_up_meanwhile_is_replaced_and_the_message_arrives(pool, monkeypatch):
    """Also where the end of the connection has not been seen when the message is sent."""
    with receiver() as there:
        assert send(there.url, headers(), BODY, pool).is_success
        monkeypatch.setattr(line.Line, "is_silent", lambda self: True)
        assert send(there.url, headers(), BODY, pool).is_success
    assert (there.connections, len(there.posted)) == (2, 2)


def test_one_that_breaks_off_within_an_answer_is_not_asked_again(pool):
    with receiver(requests=2) as there:
        assert send(there.url, headers(), BODY, pool).is_success
        there.answer = reset(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        assert send(there.url, headers(), BODY, pool).error == "The connection closed before the response was complete."
    assert len(there.posted) == 2


@pytest.mark.parametrize("limit", ["IDLE_S", "LIFE_S"])
def test_none_is_kept_for_long(pool, monkeypatch, limit):
    with receiver(requests=3) as there:
        send(there.url, headers(), BODY, pool)
        monkeypatch.setattr(pools, limit, 0)
        send(there.url, headers(), BODY, pool)
        pool.hang_up_the_old()
        assert there.connections == 2


def test_one_leads_to_nobody_else(pool, settings):
    with receiver(requests=2) as there, receiver(requests=2) as other:
        for url in (there.url, other.url, there.url.replace("127.0.0.1", "localhost")):
            assert send(url, headers(), BODY, pool).is_success
    assert (there.connections, other.connections) == (2, 1)


# ── What is read of it ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"])
def test_64_kib_are_kept_and_no_more_is_read(head):
    with receiver(endless(head)) as there:
        began = time.monotonic()
        result = post(there.url)
    assert (result.is_success, len(result.answer)) == (True, ANSWER_MAX_BYTES)
    assert time.monotonic() - began < 5


def test_what_the_database_cannot_keep_is_replaced():
    with receiver(b"HTTP/1.1 500 X\r\nContent-Length: 5\r\n\r\na\0\xff\xc3b") as there:
        assert post(there.url).answer == "a\ufffd\ufffd\ufffdb"


# ── A bad line ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nobody_is_there():
    result = post(f"http://127.0.0.1:{free_port()}/")
    assert (result.status_code, result.error) == (None, "The connection was refused.")


@pytest.mark.parametrize(
    "answer",
    [
        reset(),
        reset(b"HTTP/1.1 200 OK\r\nContent-Le"),
        say(b""),
        say(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
        say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf"),
    ],
)
def test_a_line_that_breaks_off_is_no_success(answer):
    with receiver(answer) as there:
        result = post(there.url)
    assert (result.is_success, result.error) == (False, "The connection closed before the response was complete.")


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH_9.2\r\n", b"\0\1\2\r\n\r\n", b"HTTP/1.1 two hundred\r\n\r\n"])
def test_what_is_not_http_is_no_success(answer):
    with receiver(answer) as there:
        assert post(there.url).error == "The answer is not HTTP."


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "answer",
    [
        say(b"", after_s=4),
        drip(b"HTTP/1.1 200 OK\r\n" + b"X-Drip: x\r\n" * 1000),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000),
        drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 1000),
        drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    ],
)
def test_the_whole_exchange_is_over_in_time_however_it_drips(answer):
    with receiver(answer) as there:
        began = time.monotonic()
        result = post(there.url)
        took = time.monotonic() - began
    assert result.error == "No complete answer within 1 seconds."
    assert 0.9 < took < 2
    assert 900 < result.duration_ms < 2000


@pytest.mark.usefixtures("impatient")
def test_nor_does_a_receiver_that_reads_nothing_hold_it_longer():
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        began = time.monotonic()
        result = send(f"http://127.0.0.1:{deaf.getsockname()[1]}/", headers(), "x" * 50_000_000)
    assert (result.is_success, time.monotonic() - began < 2) == (False, True)


# ── Where it may go ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "0x7f.1",
        "2130706433",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "１２７.0.0.1",
    ],
)
def test_a_refused_address_is_not_connected_to(settings, host):
    settings.WEBHOOK_ALLOWED_NETWORKS = []
    with receiver() as there:
        result = post(f"http://{host}:{there.port}/")
    assert not result.is_success
    assert there.connections == 0


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(settings, monkeypatch):
    """DNS rebinding: a resolver that says a public address first, and ours to whoever asks again."""
    settings.WEBHOOK_ALLOWED_NETWORKS = []
    asked: list[str] = []
    tried: list[tuple[str, int]] = []
    real = socket.getaddrinfo

    def rebinding(host, port, *args, **options):
        if host != "rebind.example":
            return real(host, port, *args, **options)
        asked.append(host)
        address = "93.184.215.14" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def refused(address, **options):
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(line.socket, "create_connection", refused)
    with receiver() as there:
        result = post(f"http://rebind.example:{there.port}/")
        assert result.error == "The connection was refused."
        assert tried == [("93.184.215.14", there.port)]
        assert len(asked) == 1
        # The next attempt looks again, and sees what it has become.
        assert post(f"http://rebind.example:{there.port}/").error == addresses.NOT_PUBLIC
        assert there.connections == 0


def test_no_proxy_of_the_environment_is_asked(monkeypatch):
    with receiver() as proxy, receiver() as there:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert post(there.url).is_success
    assert (proxy.connections, there.connections) == (0, 1)


# ── TLS ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def certified(tmp_path, monkeypatch):
    """A receiver's TLS for ``receiver.example``, which resolves to loopback, and whose certificate is trusted."""
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = f"openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=receiver.example -keyout {key} -out {cert}"
    made = [*command.split(), "-addext", "subjectAltName=DNS:receiver.example"]
    try:
        subprocess.run(made, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("there is no openssl here")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    trusting = ssl.create_default_context(cafile=str(cert))
    monkeypatch.setattr(line, "tls_context", lambda: trusting)
    real = socket.getaddrinfo
    monkeypatch.setattr(
        addresses.socket,
        "getaddrinfo",
        lambda host, *args, **options: real("127.0.0.1" if host.endswith(".example") else host, *args, **options),
    )
    return context


def test_the_certificate_is_that_of_the_name_though_the_address_is_connected_to(certified):
    said: list[str | None] = []
    certified.sni_callback = lambda stream, name, context: said.append(name)
    with receiver(tls=certified) as there:
        assert post(f"https://receiver.example:{there.port}/").is_success
        assert said == ["receiver.example"]
        assert there.posted[0].headers["Host"] == f"receiver.example:{there.port}"
        wrong = post(f"https://other.example:{there.port}/")
    assert wrong.error.startswith("The TLS certificate is not valid: Hostname mismatch")
    assert wrong.error.endswith("'.")  # OpenSSL ends some of its sentences itself


def test_an_unknown_certificate_is_refused(certified, monkeypatch):
    strict = ssl.create_default_context()
    monkeypatch.setattr(line, "tls_context", lambda: strict)
    with receiver(tls=certified) as there:
        assert post(f"https://receiver.example:{there.port}/").error.startswith("The TLS certificate is not valid:")
    assert there.posted == []


class WithoutTls(Listener):
    def serve(self, client: socket.socket) -> None:
        with client:
            client.recv(65536)
            client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@pytest.mark.usefixtures("certified")
def test_a_receiver_without_tls_is_told_apart_from_one_with_a_bad_certificate():
    with WithoutTls() as plain:
        assert post(f"https://receiver.example:{plain.port}/").error == "The TLS handshake failed."


@pytest.mark.usefixtures("impatient", "certified")
def test_a_handshake_that_never_ends_is_over_in_time():
    held = threading.Event()
    with receiver() as plain:
        plain.answer = lambda connection: held.wait(5)
        began = time.monotonic()
        result = post(f"https://receiver.example:{plain.port}/")
        held.set()
    assert not result.is_success
    assert time.monotonic() - began < 2
