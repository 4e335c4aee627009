"""The address of a server as an operator writes it."""

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
        return [f"the address holds a user or a password; the key belongs into {key}"]
    return []
