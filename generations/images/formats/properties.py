"""What an AVIF says of how its picture is shown: boxes beside each other, for its still or for its film."""

from collections.abc import Iterator

from generations.images.formats.boxes import VERSION_AND_FLAGS, Box, Reader, boxes, brands, first

# What a track's description of its pictures says before its boxes: 14496-12, 12.1.3.
SAMPLE_ENTRY_BYTES = 78
# A grid has up to 256 × 256 pictures, each with its piece.
MOST_ITEMS = 2 * 70_000


def properties_of_picture(content: bytes) -> Iterator[Box]:
    """Of the first track of a film, unless the file's own brand is that of pictures that do not move."""
    moov = first(content, b"moov")
    if moov is None or content[8:12] == b"avif" or b"avis" not in brands(content):
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
        number = read(1)
        if item == primary:
            # The highest bit says whether a reader must understand it.
            indexes = [read(index_size) & (0x7FFF if flags & 1 else 0x7F) for _ in range(number)]
            yield from (properties[index - 1] for index in indexes if 0 < index <= len(properties))
            return
        read(number * index_size)
