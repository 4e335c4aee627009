"""PNG, chunk after chunk: https://www.w3.org/TR/png-3/#5Chunk-layout"""

import zlib
from collections.abc import Iterator

from generations.images.formats import exif

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Length, name and checksum.
FRAME_BYTES = 12
# Pixels come in some thousands at most; each costs a moment, however little is in it.
MOST_CHUNKS = 200_000
CRITICAL = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
IHDR_BYTES, ADAM7 = b"\0\0\0\x0d", 1


def chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of each chunk that is all there, up to IEND."""
    start = len(SIGNATURE)
    for _ in range(MOST_CHUNKS):
        name = content[start + 4 : start + 8]
        end = start + FRAME_BYTES + int.from_bytes(content[start : start + 4], "big")
        if start + FRAME_BYTES > len(content) or end > len(content):
            return
        yield name, start, end
        if name == b"IEND":
            return
        start = end


def begins(content: bytes) -> bool:
    return content.startswith(SIGNATURE)


def is_complete(content: bytes) -> bool:
    return any(name == b"IEND" for name, _, _ in chunks(content))


def shown_size(content: bytes, size: tuple[int, int]) -> tuple[int, int]:
    """Browsers look at the first eXIf that is whole, and only before the pixels: a later one turns nothing."""
    for name, start, end in chunks(content):
        if name == b"IDAT":
            break
        if name == b"eXIf" and zlib.crc32(content[start + 4 : end - 4]).to_bytes(4, "big") == content[end - 4 : end]:
            return exif.turned(size, content[start + 8 : end - 4])
    return size


def header(content: bytes) -> bytes:
    """Only the chunks that a decoder has to understand; ValueError where they are none of a PNG that browsers know.

    Of the others Pillow would unpack each text and profile, and refuse a picture for one that is broken or long, as the
    workflows of diffusion models are: before the pixels in ``open``, behind them in ``load``. Browsers show it all the
    same. Whoever decodes a picture of ours with Pillow gives it these.
    """
    names = [name for name, _, _ in chunks(content)]
    critical = [name for name in names if not name[:1].islower()]
    compression, _, interlace = content[26:29]
    if names[:1] != [b"IHDR"] or critical.count(b"IHDR") != 1 or not CRITICAL.issuperset(critical):
        raise ValueError(critical)
    if content[8:12] != IHDR_BYTES or compression or interlace > ADAM7:
        raise ValueError(content[8:29])
    if len(critical) == len(names):
        return content
    view = memoryview(content)  # so that the pixels are copied once
    return b"".join([SIGNATURE, *(view[start:end] for name, start, end in chunks(content) if name in CRITICAL)])
