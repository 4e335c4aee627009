"""REDIS_URL and BROKER_URL: what redis-py, kombu and py-amqp make of one address, TLS included.

The three differ: redis-py verifies a certificate unless told otherwise, kombu does not unless told to, and py-amqp
verifies it without looking at whose it is. Here ``rediss://`` and ``amqps://`` verify it and the host's name.
"""

import re
import ssl
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from config.settings.environment import absolute_path, refusal

REDIS_FORM = (
    "is redis://:PASSWORD@HOST:6379/0, or rediss://…?ssl_ca_certs=FILE for TLS, user and password percent-encoded"
)
AMQP_FORM = "amqp://USER:PASSWORD@HOST:5672/VHOST or amqps://…?ssl_ca_certs=FILE"
# Valkey's own names for what speaks the same.
SAME = {"valkey": "redis", "valkeys": "rediss", "pyamqp": "amqp"}
CELERYS_OWN = ("CELERY_BROKER_URL", "CELERY_BROKER_READ_URL", "CELERY_BROKER_WRITE_URL", "CELERY_RESULT_BACKEND")
SCHEMES = {"redis", "rediss", "amqp", "amqps"}
FILES = {"ssl_ca_certs", "ssl_certfile", "ssl_keyfile"}
TAKEN = FILES | {"ssl_cert_reqs", "ssl_check_hostname"}
VERIFY = {
    "required": ssl.CERT_REQUIRED,
    "cert_required": ssl.CERT_REQUIRED,
    "optional": ssl.CERT_OPTIONAL,
    "cert_optional": ssl.CERT_OPTIONAL,
    "none": ssl.CERT_NONE,
    "cert_none": ssl.CERT_NONE,
}
NAMES = {ssl.CERT_REQUIRED: "required", ssl.CERT_OPTIONAL: "optional", ssl.CERT_NONE: "none"}
REDIS_TIMES = {"socket_timeout": 2, "socket_connect_timeout": 2, "health_check_interval": 25}
AMQP_OPTIONS = {"confirm_publish": True, "read_timeout": 2, "write_timeout": 2}
YES_AND_NO = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Tls:
    """How a server is verified, in redis-py's names; files are absolute."""

    verify: ssl.VerifyMode
    check_hostname: bool
    files: dict[str, str]

    def for_redis(self) -> dict[str, Any]:
        return {"ssl_cert_reqs": NAMES[self.verify], "ssl_check_hostname": self.check_hostname, **self.files}

    def for_amqp(self) -> dict[str, Any]:
        files = {name.removeprefix("ssl_"): file for name, file in self.files.items()}
        # kombu puts the host's name in place of None, and py-amqp compares names only if it has one.
        return {"cert_reqs": self.verify, **files, **({"server_hostname": None} if self.check_hostname else {})}


@dataclass(frozen=True, slots=True)
class Broker:
    """What Celery is told: CELERY_BROKER_URL, …_USE_SSL and …_TRANSPORT_OPTIONS."""

    url: str
    use_ssl: dict[str, Any] | None
    transport_options: dict[str, Any]


def redis_url(text: str, *, within: Path) -> str:
    """REDIS_URL for redis-py, which takes how to verify from the query; empty stays empty."""
    if not text:
        return ""
    parts, tls = read("REDIS_URL", text, REDIS_FORM, within=within)
    if parts.scheme not in {"redis", "rediss"}:
        raise refusal("REDIS_URL", REDIS_FORM)
    return parts._replace(query=urlencode(tls.for_redis()) if tls else "").geturl()


def broker(text: str, *, redis_url: str, within: Path) -> Broker:
    """BROKER_URL, or else REDIS_URL, or else this process' memory; several addresses of a cluster by semicolons."""
    if text.startswith("memory:") or not text + redis_url:
        return Broker("memory://localhost", None, {"polling_interval": 0.05})
    form = f"{REDIS_FORM}; or {AMQP_FORM}"
    (first, tls), *others = [read("BROKER_URL", part, form, within=within) for part in (text or redis_url).split(";")]
    if any((parts.scheme, other) != (first.scheme, tls) for parts, other in others):
        raise refusal("BROKER_URL", f"has addresses of two kinds between its semicolons: each {form}")
    if others and first.scheme == "amqps":
        problem = "has several amqps:// addresses, of which kombu would verify the first one's name only"
        raise refusal("BROKER_URL", f"{problem}: it {form}")
    url = ";".join(parts._replace(query="").geturl() for parts in (first, *(parts for parts, _ in others)))
    if first.scheme in {"redis", "rediss"}:
        return Broker(url, tls.for_redis() if tls else None, dict(REDIS_TIMES))
    return Broker(url, tls.for_amqp() if tls else None, dict(AMQP_OPTIONS))


def forget_celerys_own(variables: MutableMapping[str, str]) -> None:
    """Leave Celery no variable of its own, which it would take before our settings.

    Its command line hands BROKER_URL on by such a one, as it is written: without our TLS, in schemes that kombu lacks.
    """
    for name in CELERYS_OWN:
        if variables.pop(name, "") not in {"", variables.get("BROKER_URL")}:
            raise refusal(name, "is not read: the broker is BROKER_URL's, and results are rows")


def read(name: str, text: str, form: str, *, within: Path) -> tuple[SplitResult, Tls | None]:
    """The address with its scheme in the common spelling, and its TLS; what neither has a place for is refused."""
    try:
        parts = urlsplit(text)
        port, query = parts.port, dict(parse_qsl(parts.query, keep_blank_values=True))
    except ValueError:
        raise refusal(name, form) from None
    parts = parts._replace(scheme=SAME.get(parts.scheme, parts.scheme))
    path = r"/?\d*/?" if parts.scheme.startswith("redis") else r"[^@]*"
    if parts.scheme not in SCHEMES or not parts.hostname or port == 0 or not re.fullmatch(path, parts.path):
        raise refusal(name, form)
    if parts.fragment or "@" in parts.query:
        raise refusal(name, form)
    if parts.scheme in {"redis", "amqp"}:
        if query:
            raise refusal(name, f"has a query without TLS, which nothing reads: it {form}")
        return parts, None
    return parts, tls_of(name, query, within=within)


def tls_of(name: str, query: dict[str, str], *, within: Path) -> Tls:
    """ssl_cert_reqs, ssl_check_hostname, and the files; anything else in a query is refused by its name."""
    if unknown := sorted(query.keys() - TAKEN):
        raise refusal(name, f"has {unknown[0]!r} in its query, which is none of {', '.join(sorted(TAKEN))}")
    verify = VERIFY.get(query.get("ssl_cert_reqs", "required").casefold())
    check_hostname = YES_AND_NO.get(query.get("ssl_check_hostname", "true").casefold())
    if verify is None or check_hostname is None:
        values = "ssl_cert_reqs is required, optional or none, and its ssl_check_hostname true or false"
        raise refusal(name, f"has another value in its query: its {values}")
    files = {file: str(absolute_path(query[file], within=within)) for file in sorted(FILES & query.keys())}
    for file, path in files.items():
        if not Path(path).is_file():
            raise refusal(name, f"names a file by {file} that is not there: {path}. It is one in PEM form")
    return Tls(verify, check_hostname and verify is not ssl.CERT_NONE, files)
