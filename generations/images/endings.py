"""Where a picture's file ends by its own account: what is missing before it was cut off, what follows is no part of it.

Each walks its format's blocks and decodes nothing; its time grows with the bytes and not with what they say.
"""

import re

SIGNATURE_BYTES = 8
# A marker of a JPEG with a segment behind it, also among compressed data: no stuffed byte, no restart.
MARKER = re.compile(rb"\xff([^\x00\x01\xff\xd0-\xd7])")
END_OF_IMAGE, START_OF_SCAN = 0xD9, 0xDA
# Pictures have some dozens; the longest profile and the most metadata that fit into a file have some hundreds.
MOST_SEGMENTS = 10_000
# Of an ISO base media file; what follows the picture and is none of these is no part of it.
BOXES = {b"ftyp", b"meta", b"moov", b"moof", b"mdat", b"free", b"skip", b"uuid", b"idat"}


def is_complete(content: bytes, extension: str) -> bool:
    """Whether the file goes on to its own end. Bytes behind it (a newline, a second picture, a film) are let be."""
    match extension:
        case "png":
            return png_goes_on(content)
        case "jpg":
            return jpeg_goes_on(content)
        case "webp":
            return int.from_bytes(content[4:8], "little") + 8 <= len(content)
        case "avif":
            return avif_goes_on(content)
    raise ValueError(extension)


def png_goes_on(content: bytes) -> bool:
    """Chunk after chunk up to IEND: https://www.w3.org/TR/png-3/#5Chunk-layout"""
    position = SIGNATURE_BYTES
    while position + 12 <= len(content):
        if content[position + 4 : position + 8] == b"IEND":
            return True
        position += 12 + int.from_bytes(content[position : position + 4], "big")
    return False


def jpeg_goes_on(content: bytes) -> bool:
    """Segment after segment, over the data of each scan, up to the first picture's EOI (ITU-T T.81, B.1)."""
    position, has_scan = 2, False
    for _ in range(MOST_SEGMENTS):
        found = MARKER.search(content, position)
        if found is None:
            return False
        marker, position = found[1][0], found.end()
        if marker == END_OF_IMAGE:
            return has_scan
        has_scan = has_scan or marker == START_OF_SCAN
        position += int.from_bytes(content[position : position + 2], "big")
    return False


def avif_goes_on(content: bytes) -> bool:
    """Box after box, and the data among them (ISO/IEC 14496-12, 4.2)."""
    position, has_data = 0, False
    while position + 8 <= len(content):
        size, name = int.from_bytes(content[position : position + 4], "big"), content[position + 4 : position + 8]
        if has_data and name not in BOXES:
            return True
        if size == 1:
            size = int.from_bytes(content[position + 8 : position + 16], "big")
        end = position + max(size, 8) if size else len(content)
        if end > len(content):
            return False
        # Small pictures may lie inside the description itself.
        has_data = has_data or name == b"mdat" or (name == b"meta" and b"idat" in content[position:end])
        position = end
    return has_data
