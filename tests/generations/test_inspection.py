"""Untrusted bytes: what is refused, and that nothing is decoded to find out."""

import struct
import tracemalloc
import zlib

import pytest

from generations.images.inspection import InvalidImage, inspect_picture
from tests.providers import encode, png


def bomb(width, height):
    """A PNG of a few bytes that says it is enormous."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("image_format", "mime_type", "extension"),
    [
        ("PNG", "image/png", "png"),
        ("JPEG", "image/jpeg", "jpg"),
        ("WEBP", "image/webp", "webp"),
        ("AVIF", "image/avif", "avif"),
    ],
)
def test_a_picture_of_each_format_says_what_it_is(image_format, mime_type, extension):
    content = encode(image_format, 48, 32)
    picture = inspect_picture(content)
    assert (picture.mime_type, picture.extension, picture.width, picture.height) == (mime_type, extension, 48, 32)
    assert picture.content is content


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP", "AVIF"])
@pytest.mark.parametrize("missing", [1, 20])
def test_a_picture_that_was_cut_off_is_refused(image_format, missing):
    with pytest.raises(InvalidImage):
        inspect_picture(encode(image_format, 64, 64)[:-missing])


@pytest.mark.parametrize("image_format", ["GIF", "BMP", "TIFF", "ICO"])
def test_a_format_that_is_not_kept_is_refused(image_format):
    with pytest.raises(InvalidImage, match="not an image"):
        inspect_picture(encode(image_format, 16, 16))


@pytest.mark.parametrize(
    "content", [b"GIF89a", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"\xff\xd8\xff", b"\0" * 100]
)
def test_a_magic_number_alone_is_no_picture(content):
    with pytest.raises(InvalidImage):
        inspect_picture(content)


def test_a_damaged_checksum_is_refused():
    content = bytearray(png())
    content[-20] ^= 0xFF
    with pytest.raises(InvalidImage, match="damaged"):
        inspect_picture(bytes(content))


@pytest.mark.parametrize("size", [(20_000, 10_000), (8_000, 5_001), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_by_its_header_without_decoding_it(size):
    content = bomb(*size)
    tracemalloc.start()
    with pytest.raises(InvalidImage, match="too many pixels"):
        inspect_picture(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


def test_forty_megapixels_are_still_a_picture():
    assert inspect_picture(bomb(8_000, 5_000)).width == 8_000


def test_a_file_over_the_size_cap_is_refused_unread(settings):
    settings.MAX_IMAGE_BYTES = 50
    with pytest.raises(InvalidImage, match="too large"):
        inspect_picture(png())


def test_a_decoders_own_error_is_a_refusal():
    """libavif's are RuntimeErrors: one that got out would cost a worker its job, three times over."""
    content = encode("AVIF", 16, 16)
    with pytest.raises(InvalidImage, match="damaged"):
        inspect_picture(content.replace(b"av01", b"av02"))
