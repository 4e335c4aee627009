"""What Pillow does not tell of a picture's file: whether all of it is there, and how large a browser shows it.

Each format's module walks the file's blocks and decodes nothing; its time grows with the bytes, whatever they say.
`tests/corpus` holds them against what encoders write and what Chromium shows.
"""

from typing import Protocol

from generations.images.formats import avif, jpeg, png, webp


class Format(Protocol):
    """What each of the modules has."""

    def begins(self, content: bytes) -> bool: ...
    def is_complete(self, content: bytes) -> bool: ...
    def header(self, content: bytes) -> bytes: ...
    def shown_size(self, content: bytes, size: tuple[int, int]) -> tuple[int, int]: ...


FORMATS: dict[str, Format] = {"png": png, "jpg": jpeg, "webp": webp, "avif": avif}


def extension_of(content: bytes) -> str | None:
    """The format that these bytes begin as, by the ending of its files' names; None if it is none of ours."""
    return next((extension for extension, module in FORMATS.items() if module.begins(content)), None)


def header(content: bytes, extension: str) -> bytes:
    """The part of a file that says its size, for Pillow to read; ValueError where no browser shows such a file.

    What people and programs note in a picture is not in it: that may be of any size, or broken, and turns none away.
    """
    return FORMATS[extension].header(content)


def is_complete(content: bytes, extension: str) -> bool:
    """Whether the file goes on to its own end. Bytes behind it (a newline, a second picture, a film) are let be."""
    return FORMATS[extension].is_complete(content)


def shown_size(content: bytes, extension: str, size: tuple[int, int]) -> tuple[int, int]:
    """Width and height in pixels as a browser shows them, of a picture that is stored with this width and height."""
    return FORMATS[extension].shown_size(content, size)


__all__ = ["extension_of", "header", "is_complete", "shown_size"]
