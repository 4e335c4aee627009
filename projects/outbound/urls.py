"""The URL of an endpoint, read as narrowly as can be: what two parsers might understand differently is refused."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

from django.conf import settings

from projects.outbound.addresses import AddressRefused, resolve

URL_MAX_LENGTH = 2048

PRINTABLE = re.compile(r"[!-\[\]-~]+")  # ASCII without blanks and backslashes
NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
PORTS = {"http": 80, "https": 443}
FIRST_FREE_PORT = 1024


RESOLVE_WITHIN_S = 3.0


class UrlRefused(Exception):
    """Nothing is sent to such a URL; the message is for people."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect and what to ask for. ``host`` is a name or an address without brackets."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == PORTS[self.scheme] else f"{name}:{self.port}"


def parse_target(url: str) -> Target:
    """Read a URL, or raise UrlRefused."""
    if len(url) > URL_MAX_LENGTH:
        raise UrlRefused(f"At most {URL_MAX_LENGTH} characters.")
    if not PRINTABLE.fullmatch(url):
        raise UrlRefused("Only printable ASCII: write other characters percent-encoded, and the host in its xn-- form.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise UrlRefused("Not a URL.") from None
    if parts.scheme not in PORTS:
        raise UrlRefused("Must begin with https://.")
    if parts.scheme == "http" and not settings.WEBHOOK_ALLOW_HTTP:
        raise UrlRefused("Must begin with https://; this server does not send to http://.")
    if "@" in parts.netloc:
        raise UrlRefused("Must not contain a user name or a password.")
    if "#" in url:
        raise UrlRefused("Must not contain a fragment.")
    if not is_host(host, in_brackets="[" in parts.netloc):
        raise UrlRefused("Its host is neither a name nor an address in its usual form.")
    port = PORTS[parts.scheme] if port is None else port
    if port not in PORTS.values() and port < FIRST_FREE_PORT:
        raise UrlRefused("Its port must be 80, 443 or at least 1024.")
    path = parts.path or "/"
    return Target(parts.scheme, host, port, f"{path}?{parts.query}" if parts.query else path)


def approve(url: str) -> None:
    """What may be written down: a good URL whose host has permitted addresses now, or UrlRefused."""
    target = parse_target(url)
    try:
        resolve(target.host, target.port, within_s=RESOLVE_WITHIN_S)
    except AddressRefused as error:
        raise UrlRefused(str(error)) from None


def is_host(host: str, *, in_brackets: bool) -> bool:
    """A DNS name, or an address as it is usually written: not ``127.1``, ``0x7f.1`` or ``2130706433``."""
    try:
        if in_brackets:
            return "%" not in host and IPv6Address(host) is not None
        if NUMBER.fullmatch(host.rpartition(".")[2]):
            return IPv4Address(host) is not None
    except ValueError:
        return False
    return bool(NAME.fullmatch(host))
