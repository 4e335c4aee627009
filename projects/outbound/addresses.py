"""Which addresses may be connected to: those of the public internet, and what WEBHOOK_ALLOWED_NETWORKS adds.

Python's own ``is_global`` and ``is_private`` miss some, so this goes by IANA's registries of special-purpose addresses:
https://www.iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry.
"""

import socket
import threading
from collections.abc import Iterable
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from django.conf import settings

IPV4_REFUSED = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",  # this network, unspecified
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # carrier-grade NAT; Alibaba's metadata
            "127.0.0.0/8",  # loopback
            "168.63.129.16/32",  # Azure's metadata
            "169.254.0.0/16",  # link-local; most clouds' metadata
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments; Oracle's metadata
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",  # AS112
            "192.52.193.0/24",  # automatic multicast tunnelling
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",  # private
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarking
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, broadcast
        ),
    )
)
# Everything else is mapped or translated IPv4, local, multicast or reserved: ::/8, 64:ff9b::/96, 64:ff9b:1::/48,
# 100::/64, 5f00::/16, fc00::/7, fe80::/10, fec0::/10, ff00::/8.
IPV6_GLOBAL_UNICAST = IPv6Network("2000::/3")
IPV6_REFUSED = tuple(
    map(
        ip_network,
        (
            "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: IPv4 in disguise
            "2620:4f:8000::/48",  # AS112
            "3ffe::/16",  # the former test network
            "3fff::/20",  # documentation
        ),
    )
)
NOT_PUBLIC = "The host resolves to a private or reserved address."
UNKNOWN = "The host name could not be resolved."


class AddressRefused(Exception):
    """No connection may be made there; the message is for people."""


def is_permitted(address: str) -> bool:
    """Whether this very address may be connected to; a zone (``fe80::1%eth0``) is never part of a permitted one."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    return "%" not in address and (is_public(ip) or is_allowed(ip))


def is_public(ip: IPv4Address | IPv6Address) -> bool:
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in IPV4_REFUSED)
    return ip in IPV6_GLOBAL_UNICAST and not any(ip in network for network in IPV6_REFUSED)


def is_allowed(ip: IPv4Address | IPv6Address) -> bool:
    return any(ip in network for network in allowed_networks(tuple(settings.WEBHOOK_ALLOWED_NETWORKS)))


@cache
def allowed_networks(texts: tuple[str, ...]) -> tuple[Any, ...]:
    """The networks of a list of CIDRs, or ValueError."""
    return tuple(ip_network(text.strip()) for text in texts if text.strip())


def resolve(host: str, port: int, *, within_s: float) -> list[str]:
    """The addresses that a host has now, or AddressRefused: one that is not permitted is enough."""
    addresses = look_up(host, port, within_s=within_s)
    if not all(map(is_permitted, addresses)):
        raise AddressRefused(NOT_PUBLIC)
    return addresses


def look_up(host: str, port: int, *, within_s: float) -> list[str]:
    """Ask the system's resolver, in a thread, for it knows no time limit."""
    found: list[str] = []

    def ask() -> None:
        # UnicodeError: a label that is empty or too long.
        try:
            found.extend(unique(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except (OSError, UnicodeError):
            return

    thread = threading.Thread(target=ask, name="webhook-resolver", daemon=True)
    thread.start()
    thread.join(within_s)
    addresses = list(found)
    if not addresses:
        raise AddressRefused(UNKNOWN)
    return addresses


def unique(entries: Iterable[Any]) -> list[str]:
    return list(dict.fromkeys(str(entry[4][0]) for entry in entries))
