"""How many items an AVIF names in its tables: one that names far more than pictures have is not worth its decoding."""

from collections.abc import Iterator
from contextlib import suppress

from generations.images.formats.boxes import MOST_BOXES, VERSION_AND_FLAGS, Box, Reader, boxes

# Forty megapixels in tiles of 100 by 100 are 4,000 items, each in four tables.
MOST_ENTRIES = 20_000
# Where tables lie, and how many bytes stand before the first box there; none of these is in one of its own kind.
PLACES = {b"moov": 0, b"trak": 0, b"meta": VERSION_AND_FLAGS, b"iprp": 0}
REFERENCE_BYTES = 2


def has_too_many(content: bytes) -> bool:
    number = 0
    for each in entries(content):
        number += each
        if number > MOST_ENTRIES:
            return True
    return False


def entries(content: bytes, start: int = 0, end: int | None = None, depth: int = len(PLACES)) -> Iterator[int]:
    """How many boxes there are, and of a table what it says of itself; more boxes than are looked at are too many."""
    found = list(boxes(content, start, end))
    yield len(found) if len(found) < MOST_BOXES else MOST_ENTRIES + 1
    for box in found:
        if box.name in PLACES and depth:
            yield from entries(content, box.start + PLACES[box.name], box.end, depth - 1)
        with suppress(EOFError):
            yield entries_of(content, box)


def entries_of(content: bytes, box: Box) -> int:
    """14496-12, 8.11.3 (iloc), 8.11.6 (iinf), 8.11.12 (iref); 23008-12, 9.3 (ipma)."""
    read = Reader(content, box).number
    match box.name:
        case b"iloc":
            version, _ = read(1), read(5)
            return read(4 if version == 2 else 2)
        case b"iinf":
            version, _ = read(1), read(3)
            return read(4 if version else 2)
        case b"ipma":
            read(VERSION_AND_FLAGS)
            return read(4)
        case b"iref":
            return (box.end - box.start) // REFERENCE_BYTES
    return 0
