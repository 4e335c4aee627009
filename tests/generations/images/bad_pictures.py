"""Files that no provider should send: enormous ones in few bytes, and valid ones that were broken by a seed."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from random import Random

from PIL import Image

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
KEPT = ("PNG", "JPEG", "WEBP", "AVIF")
MAGICS = (
    PNG_MAGIC,
    b"\xff\xd8\xff\xe0",
    b"RIFF\xff\xff\xff\xffWEBPVP8 ",
    b"\0\0\0\x1cftypavif",
    b"GIF89a",
    b"%PDF-1.7",
)
ENORMOUS = 30_000


def encoded(image_format: str, *, side: int = 48, frames: int = 1, seed: int = 0) -> bytes:
    pictures = [noise(side, seed + number) for number in range(frames)]
    file, more = BytesIO(), {"save_all": True, "append_images": pictures[1:], "duration": 10}
    pictures[0].save(file, image_format, **more if frames > 1 else {})
    return file.getvalue()


def noise(side: int, seed: int) -> Image.Image:
    return Image.frombytes("RGB", (side, side), Random(seed).randbytes(side * side * 3))


# ── Bombs ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_with(*chunks: bytes, width: int = 8, height: int = 8) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress(b"\0" * 200))
    return PNG_MAGIC + header + b"".join(chunks) + rows + chunk(b"IEND", b"")


def deflated_zeros(megabytes: int) -> bytes:
    """So many megabytes in a thousandth of them, made without ever holding them."""
    squeeze = zlib.compressobj(9)
    return b"".join(squeeze.compress(bytes(1_000_000)) for _ in range(megabytes)) + squeeze.flush()


def enormous(image_format: str) -> bytes:
    """A valid file whose header is then made to say that it is 30,000 pixels wide and high."""
    content = bytearray(encoded(image_format))
    if image_format == "JPEG":
        struct.pack_into(">HH", content, content.index(b"\xff\xc0") + 5, ENORMOUS, ENORMOUS)
    elif image_format == "WEBP":
        struct.pack_into("<HH", content, content.index(b"\x9d\x01\x2a") + 3, 16_383, 16_383)
    elif image_format == "AVIF":
        struct.pack_into(">II", content, content.index(b"ispe") + 8, ENORMOUS, ENORMOUS)
    elif image_format == "GIF":
        struct.pack_into("<HH", content, 6, 65_535, 65_535)
    return bytes(content)


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + name + content


def nested_boxes(depth: int) -> bytes:
    nested = b""
    for _ in range(depth):
        nested = box(b"meta", b"\0\0\0\0" + nested)
    return box(b"ftyp", b"avif\0\0\0\0avifmif1miaf") + nested


def with_items(table: str, number: int) -> bytes:
    """An AVIF that names so many more items in one of its tables: nothing of each but its number."""
    content, items = bytearray(encoded("AVIF")), range(2, number + 2)
    name, count, form = {
        "iloc": (b"iloc", 10, ">H"),
        "iinf": (b"iinf", 8, ">H"),
        "ipma": (b"ipma", 8, ">I"),
        "iref": (b"iinf", 0, ""),  # behind which it is put
    }[table]
    more = {
        "iloc": lambda: b"".join(struct.pack(">HHH", item, 0, 0) for item in items),
        "iinf": lambda: b"".join(box(b"infe", struct.pack(">IHH5s", 2 << 24, item, 0, b"av01")) for item in items),
        "ipma": lambda: b"".join(struct.pack(">HB", item, 0) for item in items),
        "iref": lambda: box(b"iref", bytes(4) + box(b"dimg", struct.pack(f">HH{number}H", 1, number, *items))),
    }[table]()
    at = content.index(name)
    (size,) = struct.unpack_from(">I", content, at - 4)
    # The boxes around it grow, and the pixels lie further on.
    grown = [content.index(b"meta") - 4, content.index(b"iloc") + 18]
    if form:
        grown += [at - 4, *([content.index(b"iprp") - 4] if table == "ipma" else [])]
        struct.pack_into(form, content, at + count, struct.unpack_from(form, content, at + count)[0] + number)
    for place in grown:
        struct.pack_into(">I", content, place, struct.unpack_from(">I", content, place)[0] + len(more))
    content[at - 4 + size : at - 4 + size] = more
    return bytes(content)


def bombs() -> Iterator[tuple[str, bytes]]:
    deflated = deflated_zeros(500)
    yield "png of 2³¹ × 2³¹", png_with(width=2**31 - 1, height=2**31 - 1)
    yield "png of 100,000 × 100,000", png_with(width=100_000, height=100_000)
    yield "png with zTXt of 500 MB", png_with(chunk(b"zTXt", b"k\0\0" + deflated))
    yield "png with iTXt of 500 MB", png_with(chunk(b"iTXt", b"k\0\1\0\0\0" + deflated))
    yield "png with iCCP of 500 MB", png_with(chunk(b"iCCP", b"k\0\0" + deflated))
    yield "png with 200 zTXt of 1 MB", png_with(chunk(b"zTXt", b"k\0\0" + deflated_zeros(1)) * 200)
    yield "png with 100,000 chunks", png_with(chunk(b"tEXt", b"k\0v") * 100_000)
    yield "png with a chunk of 20 MB", png_with(chunk(b"abCd", bytes(20_000_000)))
    yield "png of 2³¹ frames", png_with(chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0)))
    yield "apng of 2,000 frames", encoded("PNG", side=8, frames=2_000)
    yield "webp of 2,000 frames", encoded("WEBP", side=8, frames=2_000)
    yield "avif of 100 frames", encoded("AVIF", side=16, frames=100)
    for image_format in ("JPEG", "WEBP", "AVIF", "GIF"):
        yield f"{image_format.lower()} that says it is enormous", enormous(image_format)
    yield "avif of 10,000 nested boxes", nested_boxes(10_000)
    yield "avif of a box of 2⁶⁴ bytes", box(b"ftyp", b"avif\0\0\0\0avif") + b"\0\0\0\1meta" + b"\xff" * 8


# ── Malformed ────────────────────────────────────────────────────────────────────────────────────────────────────────


def malformed(number: int, seed: int = 5) -> Iterator[tuple[str, bytes]]:
    """So many, by turns of each kind; the same ones for the same seed."""
    random = Random(seed)
    valid = [encoded(image_format, side=side, seed=side) for image_format in KEPT for side in (1, 24, 48)]
    for n in range(number):
        kind = KINDS[n % len(KINDS)]
        yield f"{n}: {kind.__name__}", kind(random, random.choice(valid), random.choice(valid))


def bits_flipped(random: Random, content: bytes, other: bytes) -> bytes:
    broken = bytearray(content)
    for _ in range(random.randint(1, 16)):
        broken[random.randrange(len(broken))] ^= 1 << random.randrange(8)
    return bytes(broken)


def header_overwritten(random: Random, content: bytes, other: bytes) -> bytes:
    start = random.randrange(min(100, len(content)))
    noise = random.choice((b"\xff", b"\0", random.randbytes(1))) * random.randint(1, 8)
    return content[:start] + noise + content[start + len(noise) :]


def cut_off(random: Random, content: bytes, other: bytes) -> bytes:
    return content[: random.randrange(len(content))]


def spliced(random: Random, content: bytes, other: bytes) -> bytes:
    return content[: random.randrange(len(content))] + other[random.randrange(len(other)) :]


def piece_repeated(random: Random, content: bytes, other: bytes) -> bytes:
    start, end = sorted(random.randrange(len(content)) for _ in range(2))
    return content[:end] + content[start:end] * random.randint(1, 50) + content[end:]


def wrong_magic(random: Random, content: bytes, other: bytes) -> bytes:
    magic = random.choice(MAGICS)
    return magic + content[len(magic) :]


def polyglot(random: Random, content: bytes, other: bytes) -> bytes:
    """Two in one, or a page or a script behind a picture."""
    return random.choice((content + other, content + b"<script>alert(1)</script>", b"#!/bin/sh\n" + content))


def noise_behind_a_magic(random: Random, content: bytes, other: bytes) -> bytes:
    return random.choice(MAGICS) + random.randbytes(random.randrange(2_000))


KINDS = (
    bits_flipped,
    header_overwritten,
    cut_off,
    spliced,
    piece_repeated,
    wrong_magic,
    polyglot,
    noise_behind_a_magic,
)
