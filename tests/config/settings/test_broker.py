"""REDIS_URL and BROKER_URL: where TLS is asked for, the certificate and the name in it are verified."""

from ssl import CERT_REQUIRED

import pytest
import redis
from celery import Celery
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from config.settings.broker import broker, forget_celerys_own, redis_url
from config.settings.caches import shared_cache
from projects.api.rate_limit import RedisLimiter
from tests.servers.tls import TlsDoor, write_certificate


def of_redis(url, tmp_path, text=""):
    return broker(text, redis_url=redis_url(url, within=tmp_path), within=tmp_path)


def publish(broker):
    """Send a message as the web does; returns nothing, or raises what went wrong on the line."""
    app = Celery("test", set_as_current=False, autofinalize=True)
    app.conf.update(
        broker_url=broker.url,
        broker_use_ssl=broker.use_ssl,
        broker_transport_options=broker.transport_options,
        broker_connection_timeout=2,
    )
    with app.connection_for_write() as connection:
        try:
            connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
            connection.SimpleQueue("test").put({"a": 1})
        finally:
            app.close()


def ask_limiter(url):
    assert RedisLimiter(url).hit("tls", limit=5, window_s=60).allowed


def ask_cache(url):
    configured = shared_cache(url)
    backend = import_string(configured["BACKEND"])
    cache = backend(configured["LOCATION"], {**configured, "OPTIONS": configured["OPTIONS"]})
    cache.set("a", "b")
    assert cache.get("a") == "b"


@pytest.fixture
def door(tmp_path, spare_redis):
    """A Redis behind TLS, with a certificate for 127.0.0.1 that only ``right.pem`` verifies."""
    right = write_certificate(tmp_path / "right.pem", name="127.0.0.1")
    with TlsDoor(right, spare_redis.port) as door:
        yield door


def test_a_verified_redis_is_cache_limiter_and_broker(door, tmp_path):
    url = redis_url(f"rediss://127.0.0.1:{door.port}/2?ssl_ca_certs=right.pem", within=tmp_path)
    ask_limiter(url)
    ask_cache(url)
    publish(of_redis(url, tmp_path))
    publish(of_redis("", tmp_path, f"valkeys://127.0.0.1:{door.port}/2?ssl_ca_certs=right.pem"))
    assert door.shaken >= 4


@pytest.mark.parametrize("query", ["", "?ssl_ca_certs=wrong.pem"])
def test_a_certificate_that_nobody_vouches_for_is_refused_by_all_three(door, tmp_path, query):
    write_certificate(tmp_path / "wrong.pem", name="127.0.0.1")
    url = redis_url(f"rediss://127.0.0.1:{door.port}/2{query}", within=tmp_path)
    for ask in (ask_limiter, ask_cache):
        with pytest.raises(redis.ConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
            ask(url)
    with pytest.raises(Exception, match="CERTIFICATE_VERIFY_FAILED"):
        publish(of_redis(url, tmp_path))
    assert door.shaken == 0


def test_a_certificate_of_another_host_is_refused_by_all_three(tmp_path, spare_redis):
    certificate = write_certificate(tmp_path / "other.pem", name="other.example")
    with TlsDoor(certificate, spare_redis.port) as door:
        url = redis_url(f"rediss://127.0.0.1:{door.port}/0?ssl_ca_certs=other.pem", within=tmp_path)
        for ask in (ask_limiter, ask_cache):
            with pytest.raises(redis.ConnectionError, match="is not valid for"):
                ask(url)
        with pytest.raises(Exception, match="is not valid for"):
            publish(of_redis(url, tmp_path))
        unnamed = redis_url(f"{url}&ssl_check_hostname=false".replace("ssl_check_hostname=True&", ""), within=tmp_path)
        ask_limiter(unnamed)
        publish(of_redis(unnamed, tmp_path))


def test_who_wants_no_verification_says_so(door, tmp_path):
    url = redis_url(f"rediss://127.0.0.1:{door.port}/0?ssl_cert_reqs=none", within=tmp_path)
    ask_limiter(url)
    ask_cache(url)
    publish(of_redis(url, tmp_path))


@pytest.mark.parametrize(("name", "complaint"), [("127.0.0.1", "self.signed"), ("other.example", "is not valid for")])
def test_amqps_verifies_the_certificate_and_the_name_in_it(tmp_path, spare_redis, name, complaint):
    """The line is refused before the server behind it matters."""
    certificate = write_certificate(tmp_path / "ca.pem", name=name)
    with TlsDoor(certificate, spare_redis.port) as door:
        query = "" if complaint == "self.signed" else "?ssl_ca_certs=ca.pem"
        with pytest.raises(Exception, match=complaint):
            publish(of_redis("", tmp_path, f"amqps://guest:guest@127.0.0.1:{door.port}//{query}"))
        assert door.shaken == 0


def test_amqps_speaks_to_whom_it_verified(tmp_path, spare_redis):
    certificate = write_certificate(tmp_path / "ca.pem", name="127.0.0.1")
    with TlsDoor(certificate, spare_redis.port) as door:
        with pytest.raises(Exception) as caught:  # noqa: PT011 — a Redis answers, which speaks no AMQP
            publish(of_redis("", tmp_path, f"amqps://guest:guest@127.0.0.1:{door.port}//?ssl_ca_certs=ca.pem"))
        assert "CERTIFICATE" not in str(caught.value)
        assert door.shaken > 0


# ── What an address means ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "redis_address", "url"),
    [
        ("", "", "memory://localhost"),
        ("memory://", "redis://a/0", "memory://localhost"),
        ("", "redis://a:6379/0", "redis://a:6379/0"),
        ("", "valkey://:p%40$ss@[::1]:6379/0", "redis://:p%40$ss@[::1]:6379/0"),
        ("valkey://a/1", "redis://a/0", "redis://a/1"),
        ("amqp://u:p%2F@a:5672//", "", "amqp://u:p%2F@a:5672//"),
        ("pyamqp://a/vhost", "", "amqp://a/vhost"),
        ("amqp://a//;amqp://b//", "", "amqp://a//;amqp://b//"),
    ],
)
def test_the_broker_is_its_own_address_or_redis_or_this_process(text, redis_address, url, tmp_path):
    found = of_redis(redis_address, tmp_path, text)
    assert (found.url, found.use_ssl) == (url, None)


def test_how_each_library_is_told_to_verify(tmp_path):
    (tmp_path / "ca.pem").touch()
    redis_address = redis_url("valkeys://a:6380/0?ssl_ca_certs=ca.pem&ssl_cert_reqs=CERT_REQUIRED", within=tmp_path)
    assert redis_address.startswith("rediss://a:6380/0?ssl_cert_reqs=required&ssl_check_hostname=True&ssl_ca_certs=%2F")
    assert of_redis(redis_address, tmp_path).use_ssl == {
        "ssl_cert_reqs": "required",
        "ssl_check_hostname": True,
        "ssl_ca_certs": str(tmp_path / "ca.pem"),
    }
    assert of_redis("", tmp_path, "amqps://a//").use_ssl == {"cert_reqs": CERT_REQUIRED, "server_hostname": None}


@pytest.mark.parametrize("name", ["REDIS_URL", "BROKER_URL"])
@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1:6379", "http://a", "redis://", "redis:///0", "redis://a:port/0", "redis://a/zero", "redis://a/0/1",
        "redis://:hidden/slash@a/0", "redis://:hidden#sharp@a/0", "redis://:hidden?question@a/0", "redis://:1?hidden@a",
        "redis://a/0?db=3", "redis://a/0?ssl_ca_certs=ca.pem", "rediss://a/0?socket_timeout=5",
        "rediss://a/0?ssl_cert_reqs=maybe", "rediss://a/0?ssl_ca_certs=no-such.pem", "sentinel://a:26379/0",
        "redis://a;rediss://b", "redis+socket:///run/redis.sock",
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_one_sentence_without_the_password(name, text, tmp_path):
    with pytest.raises(ImproperlyConfigured, match=rf"^{name} ") as caught:
        redis_url(text, within=tmp_path) if name == "REDIS_URL" else of_redis("", tmp_path, text)
    assert "hidden" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_kombu_would_verify_only_the_first_of_several_names(tmp_path):
    with pytest.raises(ImproperlyConfigured, match=r"^BROKER_URL has several amqps:// addresses"):
        of_redis("", tmp_path, "amqps://a//;amqps://b//")


def test_celerys_own_variables_are_forgotten_where_they_repeat_ours_and_else_refused():
    repeated = {"BROKER_URL": "redis://a/0", "CELERY_BROKER_URL": "redis://a/0", "CELERY_RESULT_BACKEND": ""}
    forget_celerys_own(repeated)
    assert repeated == {"BROKER_URL": "redis://a/0"}
    for name in ("CELERY_BROKER_URL", "CELERY_BROKER_READ_URL", "CELERY_RESULT_BACKEND"):
        with pytest.raises(ImproperlyConfigured, match=f"^{name} is not read: ") as caught:
            forget_celerys_own({"BROKER_URL": "redis://a/0", name: "redis://:hidden@b/0"})
        assert "hidden" not in str(caught.value)
