"""Boxes of an ISO base media file (ISO/IEC 14496-12, 4.2), of which an AVIF is one."""

from collections.abc import Iterator
from dataclasses import dataclass

# Pictures have some dozens of one kind beside each other; each costs a moment, however little is in it.
MOST_BOXES = 10_000
MOST_BRANDS = 100
VERSION_AND_FLAGS = 4


@dataclass(frozen=True, slots=True)
class Box:
    """Where a box's content lies in the file; its end may lie behind the file's."""

    name: bytes
    start: int
    end: int


def boxes(content: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """One after the other between these two, by default of the whole file."""
    end = len(content) if end is None else min(end, len(content))
    for _ in range(MOST_BOXES):
        if start + 8 > end:
            return
        size, header = int.from_bytes(content[start : start + 4], "big"), 8
        if size == 1:
            size, header = int.from_bytes(content[start + 8 : start + 16], "big"), 16
        ends = start + max(size, header) if size else end
        yield Box(content[start + 4 : start + 8], start + header, ends)
        start = ends


def first(content: bytes, name: bytes, inside: Box | None = None, skip: int = 0) -> Box | None:
    """The first box of this name in the file, or in another box behind so many bytes of its content."""
    start, end = (inside.start + skip, inside.end) if inside else (0, len(content))
    return next((box for box in boxes(content, start, end) if box.name == name), None)


def brands(content: bytes) -> list[bytes]:
    """Which readers a file is made for (14496-12, 4.3): first its own brand, then a version, then more brands."""
    ftyp = next(boxes(content), None)
    if ftyp is None or ftyp.name != b"ftyp":
        return []
    end = min(ftyp.end, ftyp.start + MOST_BRANDS * 4)
    return [content[start : start + 4] for start in range(ftyp.start, end, 4)]


class Reader:
    """Numbers, one after the other, of a box's content; behind its end there are none, and that is an EOFError."""

    def __init__(self, content: bytes, box: Box) -> None:
        self._content, self._position, self._end = content, box.start, min(box.end, len(content))

    def number(self, size: int, *, signed: bool = False) -> int:
        """The next so many bytes, big-endian."""
        self._position += size
        if self._position > self._end:
            raise EOFError
        return int.from_bytes(self._content[self._position - size : self._position], "big", signed=signed)
