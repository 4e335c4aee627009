"""Untrusted bytes: what is refused, and that nothing is decoded to find out."""

import struct
import tracemalloc
import zlib
from io import BytesIO

import pytest
from PIL import Image

from generations.images.formats import header, is_complete, items
from generations.images.formats.boxes import boxes
from generations.images.formats.png import chunks as png_chunks
from generations.images.inspection import InvalidImage, inspect_picture
from tests.corpus.crafted import multi_picture
from tests.generations.images.bad_pictures import box, chunk, png_with, with_items
from tests.providers import encode, png

# A JPEG inside of a JPEG, where cameras put it: EXIF's second directory would point at it.
THUMBNAIL = b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0" + encode("JPEG", 16, 16)


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


@pytest.mark.parametrize(
    ("image_format", "name"), [("GIF", "a GIF"), ("BMP", "a BMP"), ("TIFF", "a TIFF"), ("ICO", "an icon")]
)
def test_a_format_that_is_not_kept_is_named_and_not_asked_for_again(image_format, name):
    with pytest.raises(InvalidImage) as refused:
        inspect_picture(encode(image_format, 16, 16))
    assert str(refused.value) == f"The provider's image is {name}; PNG, JPEG, WebP and AVIF are kept."
    assert refused.value.lasting


@pytest.mark.parametrize(
    "content",
    [
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        b"\0\0\0\x18ftypheic" + bytes(16),
        b"\0\0\0\x18ftypisom" + bytes(16),
    ],
)
def test_so_are_drawings_and_films(content):
    with pytest.raises(InvalidImage, match="PNG, JPEG, WebP and AVIF are kept") as refused:
        inspect_picture(content)
    assert refused.value.lasting


@pytest.mark.parametrize("content", [b"<html>502 Bad Gateway</html>", b"BMW drives on", encode("PNG", 64, 64)[:-20]])
def test_what_a_proxy_or_a_cut_made_of_it_may_be_better_next_time(content):
    with pytest.raises(InvalidImage) as refused:
        inspect_picture(content)
    assert not refused.value.lasting


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP", "AVIF"])
@pytest.mark.parametrize("behind", [b"\n", bytes(5), b"PK\3\4" + bytes(2000), encode("JPEG", 32, 32), b"\xff" * 100])
def test_bytes_behind_a_pictures_end_are_let_be(image_format, behind):
    content = encode(image_format, 64, 48) + behind
    picture = inspect_picture(content)
    assert (picture.width, picture.height, picture.content) == (64, 48, content)


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_wherever_a_picture_is_cut_off_it_is_refused(image_format):
    content = encode(image_format, 64, 64)
    for length in range(len(content)):
        with pytest.raises(InvalidImage):
            inspect_picture(content[:length])


@pytest.mark.parametrize("options", [{"progressive": True}, {"restart_marker_rows": 1}, {"exif": THUMBNAIL}])
def test_a_jpegs_end_is_found_behind_all_of_its_scans_and_not_in_its_thumbnail(options):
    content = encode("JPEG", 96, 96, **options)
    assert inspect_picture(content + b"more").width == 96
    for missing in (1, 2, len(content) // 2):
        with pytest.raises(InvalidImage):
            inspect_picture(content[:-missing])


def test_a_picture_of_two_is_a_jpeg_of_the_first_ones_size():
    """Pillow calls it an MPO."""
    content = multi_picture(encode("JPEG", 60, 40), encode("JPEG", 30, 20))
    picture = inspect_picture(content)
    assert (picture.mime_type, picture.extension, picture.width, picture.height) == ("image/jpeg", "jpg", 60, 40)


@pytest.mark.parametrize("name", [b"zTXt", b"iTXt", b"iCCP"])
@pytest.mark.parametrize("megabytes", [2, 20])
def test_a_workflow_or_a_profile_of_any_size_may_lie_in_a_png(name, megabytes):
    """As interfaces of diffusion models keep it with their pictures; Pillow would unpack it, and only 1 MiB of it."""
    head = b"workflow\0\1\0\0\0" if name == b"iTXt" else b"workflow\0\0"
    note = chunk(name, head + zlib.compress(bytes(megabytes * 1_000_000)))
    plain = png_with()
    for content in (png_with(note), plain[:-12] + note + plain[-12:]):
        assert inspect_picture(content).width == 8


def test_whoever_decodes_a_picture_later_is_spared_its_notes_too():
    """Of one behind the pixels Pillow would complain in load(), and not before."""
    plain = png()
    content = plain[:-12] + chunk(b"zTXt", b"workflow\0\0" + zlib.compress(bytes(2_000_000))) + plain[-12:]
    with Image.open(BytesIO(content)) as image, pytest.raises(ValueError, match="Decompressed data too large"):
        image.load()
    with Image.open(BytesIO(header(content, "png"))) as image:
        assert image.getpixel((3, 3)) == Image.new("RGB", (1, 1), "teal").getpixel((0, 0))


@pytest.mark.parametrize("filling", [b"\xff", b"\xff\x00", b"\xff\xda\0\2", b"\xff\x01"])
def test_the_end_of_a_jpeg_is_looked_for_in_linear_time(filling):
    """Ten megabytes of what a careless search would look at again and again."""
    content = encode("JPEG", 16, 16)[:-2] + filling * (10_000_000 // len(filling))
    assert not is_complete(content, "jpg")


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


@pytest.mark.parametrize("extension", ["png", "avif"])
def test_a_file_of_nothing_but_empty_blocks_takes_no_time_a_block(extension):
    """Only so many are looked at: 20 MB hold two million, and each is a turn of a loop."""
    ftyp = b"\0\0\0\x10ftypavif\0\0\0\0"
    content = {
        "png": b"\x89PNG\r\n\x1a\n" + chunk(b"teSt", b"") * 1_500_000,
        "avif": ftyp + b"\0\0\0\x08free" * 2_000_000,
    }
    assert len(list(png_chunks(content["png"]) if extension == "png" else boxes(content["avif"]))) <= 200_000
    with pytest.raises(InvalidImage):
        inspect_picture(content[extension])


@pytest.mark.parametrize("table", ["iloc", "iinf", "ipma", "iref"])
def test_an_avif_of_more_items_than_pictures_have_is_refused_before_it_is_decoded(table, monkeypatch):
    monkeypatch.setattr(items, "MOST_ENTRIES", 300)
    assert inspect_picture(with_items(table, 50)).width == 48
    content = with_items(table, 400)
    with pytest.raises(InvalidImage, match="of a kind that no browser shows") as refused:
        inspect_picture(content)
    assert refused.value.lasting
    # Also where they are divided, or stand behind more boxes than are looked at.
    halves = with_items(table, 200)
    meta = halves[halves.index(b"meta") - 4 : halves.index(b"mdat") - 4]
    for hidden in (halves + meta, encode("AVIF", 16, 16) + box(b"free", b"") * 10_000 + meta):
        with pytest.raises(InvalidImage, match="of a kind that no browser shows"):
            inspect_picture(hidden)
    in_a_film = box(b"moov", box(b"trak", content[content.index(b"meta") - 4 : content.index(b"mdat") - 4]))
    with pytest.raises(InvalidImage, match="of a kind that no browser shows"):
        inspect_picture(encode("AVIF", 16, 16) + in_a_film)
