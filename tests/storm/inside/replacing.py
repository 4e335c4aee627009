"""Putting something else in the place of a part of the product."""

from typing import Any


def replace(owner: Any, **parts: Any) -> None:
    """Put something else in the place of what is there; the product may have moved it."""
    for name, part in parts.items():
        assert hasattr(owner, name), f"{owner} has no {name} any more"
        setattr(owner, name, part)
