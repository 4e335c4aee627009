"""WebP, a RIFF: https://developers.google.com/speed/webp/docs/riff_container"""


def begins(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def is_complete(content: bytes) -> bool:
    return int.from_bytes(content[4:8], "little") + 8 <= len(content)


def header(content: bytes) -> bytes:
    return content


def shown_size(content: bytes, size: tuple[int, int]) -> tuple[int, int]:
    """As it is stored: Chromium does not look at the EXIF of a WebP."""
    return size
