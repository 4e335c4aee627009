"""AVIF: its boxes, where they say that its pictures lie, and how they say that the first one is shown.

https://aomediacodec.github.io/av1-avif/ on ISO/IEC 23008-12 (HEIF) and 14496-12 (boxes).
"""

from collections.abc import Iterator
from fractions import Fraction

from generations.images.formats.boxes import VERSION_AND_FLAGS, Box, Reader, boxes, brands, first
from generations.images.formats.items import has_too_many
from generations.images.formats.properties import MOST_ITEMS, properties_of_picture

BRANDS = {b"avif", b"avis"}
PILLOWS_BRANDS = {*BRANDS, b"mif1", b"msf1"}
DESCRIPTIONS = {b"meta", b"moov"}
# What may stand in such a file; what follows the picture and is none of these is no part of it.
NAMES = {b"ftyp", b"meta", b"moov", b"moof", b"mdat", b"free", b"skip", b"uuid", b"idat"}
IN_THE_FILE, IN_IDAT = 0, 1


def begins(content: bytes) -> bool:
    """By its brands, the first of which may be another one."""
    return not BRANDS.isdisjoint(brands(content))


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
    """With a brand in front that Pillow knows, and without EXIF: where that is broken, Pillow refuses the picture.

    ValueError where there are more items than pictures have.
    """
    if has_too_many(content):
        raise ValueError
    exif = list(types_of_exif(content))
    if not exif and content[8:12] in PILLOWS_BRANDS:
        return content
    changed = bytearray(content)
    if content[8:12] not in PILLOWS_BRANDS:
        changed[8:12] = b"mif1"
    for start in exif:
        changed[start : start + 4] = b"skip"
    return bytes(changed)


def types_of_exif(content: bytes) -> Iterator[int]:
    """Where it says of an item that it is EXIF: 23008-12, A.2.1, and 14496-12, 8.11.6."""
    meta = first(content, b"meta")
    iinf = meta and first(content, b"iinf", meta, VERSION_AND_FLAGS)
    if iinf is None:
        return
    number_size = 4 if content[iinf.start] else 2
    for infe in boxes(content, iinf.start + VERSION_AND_FLAGS + number_size, iinf.end):
        version = content[infe.start] if infe.start < len(content) else 0
        # The item's number, and two bytes for its protection.
        start = infe.start + VERSION_AND_FLAGS + (4 if version == 3 else 2) + 2
        if infe.name == b"infe" and content[start : start + 4] == b"Exif":
            yield start


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
