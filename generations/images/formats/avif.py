"""AVIF: its boxes, where they say that its pictures lie, and how they say that the first one is shown.

https://aomediacodec.github.io/av1-avif/ on ISO/IEC 23008-12 (HEIF) and 14496-12 (boxes).
"""

from collections.abc import Iterator
from fractions import Fraction

from generations.images.formats.boxes import Box, Reader, boxes, first

BRANDS = {b"avif", b"avis"}
MOST_BRANDS = 100
# What may stand in such a file; what follows the picture and is none of these is no part of it.
DESCRIPTIONS = {b"meta", b"moov"}
NAMES = {b"ftyp", b"meta", b"moov", b"moof", b"mdat", b"free", b"skip", b"uuid", b"idat"}
VERSION_AND_FLAGS = 4
# What a track's description of its pictures says before its boxes: 14496-12, 12.1.3.
SAMPLE_ENTRY_BYTES = 78
# A grid has up to 256 × 256 pictures, each with its piece.
MOST_ITEMS = 2 * 70_000
IN_THE_FILE, IN_IDAT = 0, 1


def begins(content: bytes) -> bool:
    """By its brands, the first of which may be HEIF's own: 14496-12, 4.3."""
    ftyp = next(boxes(content), None)
    if ftyp is None or ftyp.name != b"ftyp":
        return False
    brands = content[ftyp.start : min(ftyp.end, ftyp.start + MOST_BRANDS * 4)]
    return not BRANDS.isdisjoint(brands[start : start + 4] for start in range(0, len(brands), 4))


def is_complete(content: bytes) -> bool:
    """Whether its boxes are all there, and every piece of a picture that the description names lies in the file."""
    found: dict[bytes, Box] = {}
    for box in boxes(content):
        if not found.keys().isdisjoint(DESCRIPTIONS) and box.name not in NAMES:
            break
        if box.end > len(content):
            return False
        found.setdefault(box.name, box)
    if found.keys().isdisjoint(DESCRIPTIONS):
        return False
    meta = found.get(b"meta")
    try:
        return meta is None or all(end <= len(content) for end in ends_of_extents(content, meta))
    except EOFError:
        return False


def ends_of_extents(content: bytes, meta: Box) -> Iterator[int]:
    """Where each piece of an item ends in the file: 14496-12, 8.11.3."""
    iloc, idat = (first(content, name, meta, VERSION_AND_FLAGS) for name in (b"iloc", b"idat"))
    if iloc is None:
        return
    read, left = Reader(content, iloc).number, MOST_ITEMS
    version, _, sizes = read(1), read(3), read(2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    for _ in range(read(4 if version == 2 else 2)):
        read(4 if version == 2 else 2)  # the item's number
        method = read(2) & 15 if version else IN_THE_FILE
        read(2)  # another file's number, which no browser fetches
        base, number = read(base_size), read(2)
        left -= 1 + number
        if left < 0:
            raise EOFError
        for _ in range(number):
            read(index_size if version else 0)
            offset, length = base + read(offset_size), read(length_size)
            if method == IN_THE_FILE:
                yield offset + length
            elif method == IN_IDAT:
                if idat is None or offset + length > idat.end - idat.start:
                    raise EOFError
                yield idat.start + offset + length


def header(content: bytes) -> bytes:
    return content


def shown_size(content: bytes, size: tuple[int, int]) -> tuple[int, int]:
    """Cropped, then turned. Mirroring changes no size, and EXIF turns no AVIF."""
    try:
        properties: dict[bytes, Reader] = {}
        for box in properties_of_picture(content):
            properties.setdefault(box.name, Reader(content, box))  # of two the first one holds
        if b"clap" in properties:
            size = cropped(size, properties[b"clap"])
        if b"irot" in properties and properties[b"irot"].number(1) & 1:
            size = size[::-1]
    except (EOFError, ZeroDivisionError):
        pass
    return size


def cropped(size: tuple[int, int], clap: Reader) -> tuple[int, int]:
    """The clean aperture (14496-12, 12.1.4) where it begins in the picture's corner: Chromium applies no other."""
    width, height, right, down = (
        Fraction(clap.number(4, signed=signed), clap.number(4)) for signed in (False, False, True, True)
    )
    left, top = right + (size[0] - width) / 2, down + (size[1] - height) / 2
    whole = width.denominator == height.denominator == 1
    if whole and left == top == 0 and 0 < width <= size[0] and 0 < height <= size[1]:
        return int(width), int(height)
    return size


def properties_of_picture(content: bytes) -> Iterator[Box]:
    """Of the first track where there is one, unless the first brand is that of pictures that do not move."""
    moov = first(content, b"moov")
    if moov is None or content[8:12] == b"avif":
        return properties_of_item(content)
    return properties_of_track(content, moov)


def properties_of_track(content: bytes, moov: Box) -> Iterator[Box]:
    box: Box | None = moov
    for name in (b"trak", b"mdia", b"minf", b"stbl", b"stsd"):
        box = box and first(content, name, box)
    entry = box and next(boxes(content, box.start + VERSION_AND_FLAGS + 4, box.end), None)
    if entry:
        yield from boxes(content, entry.start + SAMPLE_ENTRY_BYTES, entry.end)


def properties_of_item(content: bytes) -> Iterator[Box]:
    """By the associations of the primary item: 23008-12, 9.3."""
    meta = first(content, b"meta")
    pitm, iprp = (meta and first(content, name, meta, VERSION_AND_FLAGS) for name in (b"pitm", b"iprp"))
    ipco, ipma = (iprp and first(content, name, iprp) for name in (b"ipco", b"ipma"))
    if not (pitm and ipco and ipma):
        return
    properties = list(boxes(content, ipco.start, ipco.end))
    read = Reader(content, pitm).number
    version, _ = read(1), read(3)
    primary = read(4 if version else 2)
    read = Reader(content, ipma).number
    version, flags = read(1), read(3)
    index_size = 2 if flags & 1 else 1
    for _ in range(min(read(4), MOST_ITEMS)):
        item = read(4 if version else 2)
        # The highest bit says whether a reader must understand it.
        indexes = [read(index_size) & (0x7FFF if flags & 1 else 0x7F) for _ in range(read(1))]
        if item == primary:
            yield from (properties[index - 1] for index in indexes if 0 < index <= len(properties))
            return
