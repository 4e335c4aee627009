"""JPEG, segment after segment, and over the data of each scan: ITU-T T.81, annex B."""

import re
from collections.abc import Iterator

from generations.images.formats import exif

# A marker with a segment behind it, also among compressed data: no stuffed byte, no restart.
MARKER = re.compile(rb"\xff([^\x00\x01\xff\xd0-\xd7])")
SIGNATURE = b"\xff\xd8\xff"
END_OF_IMAGE, START_OF_SCAN, APP1 = 0xD9, 0xDA, 0xE1
NOTES = {*range(0xE0, 0xF0), 0xFE}
# What says the size, once: T.81, table B.1. Lossless and hierarchical ones, which medicine knows, no browser shows.
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
SHOWN_FRAMES = {0xC0, 0xC1, 0xC2, 0xC9, 0xCA}
# Pictures have some dozens; the longest profile and the most metadata that fit into a file have some hundreds.
MOST_SEGMENTS = 10_000


def segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of each segment behind its marker, up to the first picture's EOI; of a scan its head."""
    position = 2
    for _ in range(MOST_SEGMENTS):
        found = MARKER.search(content, position)
        if found is None:
            return
        start = found.end()
        position = start + int.from_bytes(content[start : start + 2], "big")
        yield found[1][0], start, position
        if found[1][0] == END_OF_IMAGE:
            return


def begins(content: bytes) -> bool:
    return content.startswith(SIGNATURE)


def is_complete(content: bytes) -> bool:
    has_scan = False
    for marker, _, _ in segments(content):
        if marker == END_OF_IMAGE:
            return has_scan
        has_scan = has_scan or marker == START_OF_SCAN
    return False


def shown_size(content: bytes, size: tuple[int, int]) -> tuple[int, int]:
    """Browsers look at the first EXIF before the pixels, and at no other."""
    for marker, start, end in segments(content):
        # The byte behind the name's zero is for padding, and not each writer leaves it zero.
        if marker == APP1 and content[start + 2 : start + 7] == b"Exif\0":
            return exif.turned(size, content[start + 8 : end])
        if marker == START_OF_SCAN:
            break
    return size


def header(content: bytes) -> bytes:
    """What a decoder has to understand, up to the pixels; ValueError where browsers do not.

    Of the notes (EXIF, an index of more pictures, a profile) Pillow would refuse a picture for one that is broken, and
    call one with an index another format, MPO. Browsers show the first picture all the same.
    """
    parts, frames = [content[:2]], []
    for marker, start, end in segments(content):
        if marker in FRAMES:
            frames.append(marker)
        if marker not in NOTES:
            parts.append(bytes((0xFF, marker)) + content[start:end])
        if marker == START_OF_SCAN:
            break
    if len(frames) != 1 or frames[0] not in SHOWN_FRAMES:
        raise ValueError(frames)
    return b"".join(parts)
