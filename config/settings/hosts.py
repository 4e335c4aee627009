"""What a host, an origin and a network look like in a setting."""

import re
from ipaddress import IPv6Address, ip_network
from urllib.parse import urlsplit

from config.settings.environment import is_web_address

HOSTS = "host names like easel.example or .easel.example, without https:// and without a port"
ORIGINS = "origins like https://easel.example or https://*.easel.example, without a path"
NETWORKS = "networks like 10.1.0.0/16, whose bits behind the slash's number are 0"
NAME = re.compile(r"\.?[A-Za-z0-9_-]++(\.[A-Za-z0-9_-]++)*+\.?")


def is_host(text: str) -> bool:
    """A host name, all below it with a dot in front, an address (IPv6 in brackets), or a star for any."""
    if text.startswith("[") and text.endswith("]"):
        return is_ipv6(text[1:-1])
    return text == "*" or bool(NAME.fullmatch(text))


def is_ipv6(text: str) -> bool:
    try:
        return IPv6Address(text) is not None
    except ValueError:
        return False


def is_origin(text: str) -> bool:
    """A scheme and a host, perhaps a port, as a browser's Origin header has it; a star for all subdomains."""
    return is_web_address(text) and urlsplit(text).path == "" and "*" not in text.replace("://*.", "", 1)


def is_network(text: str) -> bool:
    try:
        return ip_network(text) is not None
    except ValueError:
        return False
