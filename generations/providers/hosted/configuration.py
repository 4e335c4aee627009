"""What an operator writes, looked at when Easel starts."""

import importlib.util
from urllib.parse import urlsplit


def address_problems(address: str, *, variable: str, key: str) -> list[str]:
    """What is wrong with a base URL, which logs may show and which therefore holds no secret; empty is the vendor's."""
    if not address:
        return []
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return [f"the address is not a URL like https://images.example/v1; look at {variable}"]
    if parts.username or parts.password:
        return [f"the address holds a user or a password; the key belongs in {key}"]
    return []


def key_problems(key: str, *, variable: str) -> list[str]:
    """A key goes into a header: no white space, no quotation marks of a word processor. None at all is fine here."""
    if key.isascii() and key.isprintable() and " " not in key:
        return []
    return [f"the key holds characters that no key has; look at {variable}"]


def sdk_problems(module: str, *, extra: str) -> list[str]:
    """A vendor's SDK is looked for and not imported, which takes a second."""
    try:
        found = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        found = None
    if found:
        return []
    return [f"its SDK is missing: run `.venv/bin/pip install '.[{extra}]'`"]
