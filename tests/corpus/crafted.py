"""Files as devices and careless programs write them, made byte by byte, and the size in which Chromium shows each.

None of these sizes is a guess: `make corpus` asks Chromium again, and so do the tests where it is installed.
"""

import struct
import zlib
from pathlib import Path

from tests.corpus.originals import scene
from tests.corpus.pillow import saved

LYING, TURNED, NOT_SHOWN = (90, 60), (60, 90), None
JPEG, PNG, AVIF = saved(scene(), "JPEG"), saved(scene(), "PNG"), saved(scene(), "AVIF", speed=10)
WEBP, WEBP_WITH_EXIF = saved(scene(), "WEBP"), saved(scene(), "WEBP", exif=b"Exif\0\0II*\0" + bytes(20))
BYTE, SHORT, LONG, RATIONAL, SIGNED_SHORT = 1, 3, 4, 5, 8


# ── EXIF ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def entry(tag: int, kind: int, value: int, count: int = 1, order: str = "<") -> bytes:
    letter = {BYTE: "B3x", SHORT: "H2x", SIGNED_SHORT: "h2x"}.get(kind, "L")
    return struct.pack(f"{order}HHL{letter}", tag, kind, count, value)


def tiff(*entries: bytes, order: str = "<", start: int = 8, behind: bytes = b"", number: int | None = None) -> bytes:
    """One directory of these entries at this place."""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}L", start) + bytes(start - 8)
    count = struct.pack(f"{order}H", len(entries) if number is None else number)
    return head + count + b"".join(entries) + bytes(4) + behind


def turn(number: int, kind: int = SHORT, count: int = 1, order: str = "<") -> bytes:
    return entry(0x0112, kind, number, count, order)


WIDTH_ONLY = entry(0x0100, SHORT, 90)
SIX, THREE, ONE = tiff(turn(6)), tiff(turn(3)), tiff(turn(1))
# A directory of 144 pixels an inch, which says that the picture has half of the pixels that it has.
DENSITY = tiff(
    entry(0x011A, RATIONAL, 92),
    entry(0x011B, RATIONAL, 92),
    entry(0x0128, SHORT, 2),
    entry(0x8769, LONG, 62),
    behind=struct.pack("<H", 2)
    + entry(0xA002, LONG, 45)
    + entry(0xA003, LONG, 30)
    + bytes(4)
    + struct.pack("<LL", 144, 1),
)


# ── JPEG ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def app1(exif: bytes, head: bytes = b"Exif\0\0") -> bytes:
    return segment(0xE1, head + exif)


def jpeg(*segments: bytes, before: bytes = b"") -> bytes:
    """With these right behind its beginning, or before a marker."""
    at = JPEG.index(before) if before else 2
    return JPEG[:at] + b"".join(segments) + JPEG[at:]


def frame(marker: int, **values: int) -> bytes:
    """With another kind of frame, or another precision, height or width in it."""
    content, at = bytearray(JPEG), JPEG.index(b"\xff\xc0")
    content[at + 1] = marker
    for name, place, form in (("precision", 4, ">B"), ("height", 5, ">H"), ("width", 7, ">H")):
        if name in values:
            struct.pack_into(form, content, at + place, values[name])
    return bytes(content)


def multi_picture(first: bytes, second: bytes) -> bytes:
    """CIPA DC-007: an index in APP2 of the first JPEG, the second one behind it."""
    at = 2
    while first[at + 1] in (0xE0, 0xE1):
        at += 2 + struct.unpack(">H", first[at + 2 : at + 4])[0]
    size, start = len(first) + 90, at + 8
    index = struct.pack("<H", 3) + struct.pack("<HHL4s", 0xB000, 7, 4, b"0100")
    index += struct.pack("<HHLL", 0xB001, 4, 1, 2) + struct.pack("<HHLL", 0xB002, 7, 32, 50) + bytes(4)
    entries = struct.pack("<LLLHH", 0x030000, size, 0, 0, 0) + struct.pack("<LLLHH", 0, len(second), size - start, 0, 0)
    return first[:at] + segment(0xE2, b"MPF\0II*\0\x08\0\0\0" + index + entries) + first[at:] + second


TWO = multi_picture(JPEG, saved(scene(30, 20), "JPEG"))
FILM = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x10mdat" + bytes(8)

JPEGS = {
    "two pictures": (TWO, LYING),
    "two pictures, the second one gone": (TWO[: TWO.index(b"\xff\xd9") + 2], LYING),
    "two pictures, half of the second one gone": (TWO[:-200], LYING),
    "two pictures, the first one turned": (multi_picture(jpeg(app1(SIX)), JPEG), TURNED),
    "a newline behind": (JPEG + b"\n", LYING),
    "a film behind, as motion photos have": (JPEG + FILM, LYING),
    "two EXIFs, 6 and 3": (jpeg(app1(SIX), app1(THREE)), TURNED),
    "two EXIFs, 1 and 6": (jpeg(app1(ONE), app1(SIX)), LYING),
    "two EXIFs, none and 6": (jpeg(app1(tiff(WIDTH_ONLY)), app1(SIX)), LYING),
    "two EXIFs, a broken one and 6": (jpeg(app1(b"II*\0\xff\xff\xff\xff"), app1(SIX)), LYING),
    "EXIF before JFIF": (jpeg(app1(SIX)), TURNED),
    "EXIF behind JFIF": (jpeg(app1(SIX), before=b"\xff\xdb"), TURNED),
    "EXIF behind the frame's head": (jpeg(app1(SIX), before=b"\xff\xda"), TURNED),
    "EXIF behind the first scan": (saved(scene(), "JPEG", progressive=True)[:-2] + app1(SIX) + b"\xff\xd9", LYING),
    "EXIF behind XMP": (jpeg(app1(b"<x/>", b"http://ns.adobe.com/xap/1.0/\0"), app1(SIX)), TURNED),
    "EXIF with another padding": (jpeg(app1(SIX, b"Exif\0\xff")), TURNED),
    "EXIF without its zero": (jpeg(app1(SIX, b"Exif\xff\0")), LYING),
    "EXIF in small letters": (jpeg(app1(SIX, b"exif\0\0")), LYING),
    "EXIF of another byte order": (jpeg(app1(tiff(turn(6, order=">"), order=">"))), TURNED),
    "EXIF of no byte order": (jpeg(app1(b"XX" + SIX[2:])), LYING),
    "EXIF of a BigTIFF": (jpeg(app1(SIX.replace(b"\x2a", b"\x2b", 1))), LYING),
    "EXIF far behind its head": (jpeg(app1(tiff(turn(6), start=200))), TURNED),
    "EXIF without its last bytes": (jpeg(app1(SIX[:-4])), TURNED),
    "EXIF without its last entry": (jpeg(app1(SIX[:-6])), LYING),
    "EXIF of more entries than there are": (jpeg(app1(tiff(turn(6), number=255))), TURNED),
    "orientation of 32 bits": (jpeg(app1(tiff(turn(6, LONG)))), LYING),
    "orientation of 8 bits": (jpeg(app1(tiff(turn(6, BYTE)))), LYING),
    "orientation with a sign": (jpeg(app1(tiff(turn(6, SIGNED_SHORT)))), LYING),
    "orientation of two numbers": (jpeg(app1(tiff(turn(6, count=2)))), LYING),
    "orientation of no number": (jpeg(app1(tiff(turn(6, count=0)))), LYING),
    "orientation 0": (jpeg(app1(tiff(turn(0)))), LYING),
    "orientation 9": (jpeg(app1(tiff(turn(9)))), LYING),
    "orientation 9, then 6": (jpeg(app1(tiff(turn(9), turn(6)))), TURNED),
    "orientation 6, then 3": (jpeg(app1(tiff(turn(6), turn(3)))), TURNED),
    "orientation 3, then 6": (jpeg(app1(tiff(turn(3), turn(6)))), LYING),
    "orientation behind a higher tag": (jpeg(app1(tiff(entry(0x9999, SHORT, 5), turn(6)))), TURNED),
    "orientation of the thumbnail": (jpeg(app1(SIX[:8] + b"\0\0" + struct.pack("<L", 14) + SIX[8:])), LYING),
    "a density that halves it": (jpeg(app1(DENSITY)), (45, 30)),
    "a broken profile": (jpeg(segment(0xE2, b"ICC_PROFILE\0\x09\x01abcd")), LYING),
    "a broken index of pictures": (jpeg(segment(0xE2, b"MPF\0II*\0\x08\0\0\0")), LYING),
    "a broken note of Adobe's": (jpeg(segment(0xEE, b"Adobe")), LYING),
    "a broken note of Photoshop's": (jpeg(segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04" + b"\xff" * 8)), LYING),
    "a broken JFIF": (jpeg(segment(0xE0, b"JFIF\0")), LYING),
    "a marker filled up": (jpeg(b"\xff\xff\xff\xfe\0\2"), LYING),
    "an empty comment": (jpeg(segment(0xFE, b"")), LYING),
    "an extended frame": (frame(0xC1), LYING),
    "two frames of two sizes": (
        jpeg(segment(0xC0, frame(0xC0, width=45)[JPEG.index(b"\xff\xc0") + 4 :][:15]), before=b"\xff\xc4"),
        NOT_SHOWN,
    ),
    "a lossless frame": (frame(0xC3), NOT_SHOWN),
    "a hierarchical frame": (frame(0xC5), NOT_SHOWN),
    "12 bits": (frame(0xC0, precision=12), NOT_SHOWN),
    "no height": (frame(0xC0, height=0), NOT_SHOWN),
    "no width": (frame(0xC0, width=0), NOT_SHOWN),
    "a newline before": (b"\n" + JPEG, NOT_SHOWN),
}


# ── PNG ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(before: bytes = b"", behind: bytes = b"") -> bytes:
    """With chunks before its pixels and behind them."""
    start, end = PNG.index(b"IDAT") - 4, PNG.index(b"IEND") - 4
    return PNG[:start] + before + PNG[start:end] + behind + PNG[end:]


def ihdr(
    width: int = 90, bits: int = 8, colour: int = 2, compression: int = 0, filters: int = 0, way: int = 0
) -> bytes:
    return (
        PNG[:8] + chunk(b"IHDR", struct.pack(">IIBBBBB", width, 60, bits, colour, compression, filters, way)) + PNG[33:]
    )


def turning(exif: bytes) -> bytes:
    return chunk(b"eXIf", exif)


LONG_TEXT = chunk(b"zTXt", b"workflow\0\0" + zlib.compress(bytes(20_000_000)))
RAW_EXIF = b"\nexif\n%8d\n%b\n" % (len(SIX) + 6, (b"Exif\0\0" + SIX).hex().encode())

PNGS = {
    "a newline behind": (PNG + b"\n", LYING),
    "an archive behind": (PNG + b"PK\3\4" + bytes(2000), LYING),
    "eXIf before the pixels": (png(turning(SIX)), TURNED),
    "eXIf behind the pixels": (png(behind=turning(SIX)), LYING),
    "eXIf 6 before and 1 behind": (png(turning(SIX), turning(ONE)), TURNED),
    "eXIf 1 before and 6 behind": (png(turning(ONE), turning(SIX)), LYING),
    "two eXIfs, 6 and 1": (png(turning(SIX) + turning(ONE)), TURNED),
    "two eXIfs, 1 and 6": (png(turning(ONE) + turning(SIX)), LYING),
    "eXIf with JPEG's name before": (png(turning(b"Exif\0\0" + SIX)), LYING),
    "eXIf with a wrong checksum": (png(turning(SIX)[:-1] + b"x"), LYING),
    "eXIf of 32 bits": (png(turning(tiff(turn(6, LONG)))), LYING),
    "an empty eXIf": (png(turning(b"")), LYING),
    "EXIF as ImageMagick's text": (png(chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(RAW_EXIF))), LYING),
    "a text of 20 MB before the pixels": (png(LONG_TEXT), LYING),
    "a text of 20 MB behind the pixels": (png(behind=LONG_TEXT), LYING),
    "200 texts of 1 MB": (png(chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(1_000_000))) * 200), LYING),
    "a profile of 20 MB": (png(chunk(b"iCCP", b"k\0\0" + zlib.compress(bytes(20_000_000)))), LYING),
    "a broken profile": (png(chunk(b"iCCP", b"k\0\0garbage")), LYING),
    "a broken text": (png(chunk(b"zTXt", b"k\0\0garbage")), LYING),
    "a text packed in another way": (png(chunk(b"zTXt", b"k\0\1garbage")), LYING),
    "a text with a wrong checksum": (png(chunk(b"tEXt", b"k\0v")[:-1] + b"x"), LYING),
    "an empty sRGB": (png(chunk(b"sRGB", b"")), LYING),
    "a short gamma": (png(chunk(b"gAMA", b"ab")), LYING),
    "a short density": (png(chunk(b"pHYs", b"ab")), LYING),
    "a short animation": (png(chunk(b"acTL", b"a")), LYING),
    "an animation of no frames": (png(chunk(b"acTL", bytes(8))), LYING),
    "pixels with a wrong checksum": (PNG[:-16] + b"x" + PNG[-15:], LYING),
    "an unknown chunk that must be understood": (png(chunk(b"ABCD", b"")), NOT_SHOWN),
    "Apple's own chunk before its head": (PNG[:8] + chunk(b"CgBI", bytes(4)) + PNG[8:], NOT_SHOWN),
    "a text before its head": (PNG[:8] + chunk(b"tEXt", b"k\0v") + PNG[8:], NOT_SHOWN),
    "two heads": (png(PNG[8:33]), NOT_SHOWN),
    "a long head": (PNG[:8] + chunk(b"IHDR", PNG[16:29] + b"\0") + PNG[33:], NOT_SHOWN),
    "no pixels": (PNG[:33] + PNG[-12:], NOT_SHOWN),
    "no width": (ihdr(width=0), NOT_SHOWN),
    "3 bits": (ihdr(bits=3), NOT_SHOWN),
    "another compression": (ihdr(compression=1), NOT_SHOWN),
    "another filter": (ihdr(filters=1), NOT_SHOWN),
    "another interlacing": (ihdr(way=2), NOT_SHOWN),
    "a newline before": (b"\n" + PNG, NOT_SHOWN),
}


# ── WebP and AVIF ────────────────────────────────────────────────────────────────────────────────────────────────────


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + name + content


def changed(content: bytes, at: int, new: bytes) -> bytes:
    return content[:at] + new + content[at + len(new) :]


WEBPS = {
    "a newline behind": (WEBP + b"\n", LYING),
    "an unknown chunk": (changed(WEBP, 4, struct.pack("<I", len(WEBP))) + b"ABCD" + bytes(4), LYING),
    "a broken EXIF": (WEBP_WITH_EXIF[:-20] + b"\xff" * 20, LYING),
    "a canvas larger than the picture": (changed(WEBP_WITH_EXIF, 24, b"\xff\0\0\xff\0\0"), NOT_SHOWN),
    "a canvas smaller than the picture": (changed(WEBP_WITH_EXIF, 24, b"\x10\0\0\x10\0\0"), NOT_SHOWN),
    "a RIFF of half of it": (changed(WEBP, 4, struct.pack("<I", len(WEBP) // 2)), NOT_SHOWN),
    "a RIFF of none of it": (changed(WEBP, 4, bytes(4)), NOT_SHOWN),
    "a picture longer than its file": (changed(WEBP, 16, struct.pack("<I", len(WEBP) * 2)), NOT_SHOWN),
}
DATA = AVIF.index(b"mdat") - 4


def with_property(name: bytes, *values: int, to: bytes = AVIF, essential: bool = True) -> bytes:
    """The primary item described by one more property: a byte, or fractions of 32 bits."""
    data = bytes(values) if len(values) == 1 else struct.pack(f">{len(values)}l", *values)
    content, added = bytearray(to), box(name, data)
    ipco, ipma = content.index(b"ipco") - 4, content.index(b"ipma") - 4
    end = ipco + size_at(content, ipco)
    number, at = 1, ipco + 8
    while at < end:
        number, at = number + 1, at + size_at(content, at)
    # Its associations: version, flags, the number of items and the first one's own come before their count.
    count = ipma + 18
    behind = count + 1 + content[count]
    content[count] += 1
    content[behind:behind] = bytes([number | (0x80 if essential else 0)])
    content[end:end] = added
    grown = {content.index(b"meta") - 4: len(added) + 1, content.index(b"iprp") - 4: len(added) + 1}
    grown |= {ipco: len(added), ipma + len(added): 1, content.index(b"iloc") + 18: len(added) + 1}
    for place, more in grown.items():
        struct.pack_into(">L", content, place, size_at(content, place) + more)
    return bytes(content)


def size_at(content: bytes | bytearray, at: int) -> int:
    return int.from_bytes(content[at : at + 4], "big")


WITH_EXIF = saved(scene(), "AVIF", exif=tiff(WIDTH_ONLY), speed=10)
IROT_1 = with_property(b"irot", 1)
# Forty to twenty from the corner, which lies so far from the middle.
CORNER = (40, 1, 20, 1, -25, 1, -20, 1)
FILM_TURNED = (Path(__file__).parent / "samples/avifenc-film-irot-1-60x90.avif").read_bytes()
TRACK_TURNS = FILM_TURNED.index(b"irot", FILM_TURNED.index(b"moov")) + 4
TRACK_LIES = changed(FILM_TURNED, TRACK_TURNS, b"\0")

AVIFS = {
    "turned": (IROT_1, TURNED),
    "turned by what need not be understood": (with_property(b"irot", 1, essential=False), NOT_SHOWN),
    "turned by more than once around": (with_property(b"irot", 5), NOT_SHOWN),
    "turned, then not turned": (with_property(b"irot", 0, to=IROT_1), TURNED),
    "not turned, then turned": (with_property(b"irot", 1, to=with_property(b"irot", 0)), LYING),
    "turned and mirrored": (with_property(b"imir", 1, to=IROT_1), TURNED),
    "cropped in the corner": (with_property(b"clap", *CORNER), (40, 20)),
    "cropped in the corner, and turned before": (with_property(b"clap", *CORNER, to=IROT_1), (20, 40)),
    "cropped in the corner to an odd size": (with_property(b"clap", 41, 1, 21, 1, -49, 2, -39, 2), (41, 21)),
    "cropped in the corner, by halves": (with_property(b"clap", 80, 2, 40, 2, -50, 2, -40, 2), (40, 20)),
    "cropped to half a point": (with_property(b"clap", 81, 2, 20, 1, -99, 4, -20, 1), LYING),
    "cropped elsewhere": (with_property(b"clap", 40, 1, 20, 1, 0, 1, 0, 1), LYING),
    "cropped beyond its edge": (with_property(b"clap", 40, 1, 20, 1, -26, 1, -20, 1), LYING),
    "cropped to all of it": (with_property(b"clap", 90, 1, 60, 1, 0, 1, 0, 1), LYING),
    "cropped to more than it": (with_property(b"clap", 100, 1, 60, 1, 5, 1, 0, 1), LYING),
    "cropped to nothing": (with_property(b"clap", 0, 1, 20, 1, -45, 1, -20, 1), LYING),
    "cropped by a fraction of zero": (with_property(b"clap", 40, 0, 20, 1, -25, 1, -20, 1), LYING),
    "cropped by what need not be understood": (with_property(b"clap", *CORNER, essential=False), NOT_SHOWN),
    "an unknown property": (with_property(b"zzzz", 1, essential=False), LYING),
    "an unknown property that must be understood": (with_property(b"zzzz", 1), NOT_SHOWN),
    "another size than its picture": (AVIF.replace(struct.pack(">LL", 90, 60), struct.pack(">LL", 45, 30)), (45, 30)),
    "a film that lies, and whose still is turned": (TRACK_LIES, LYING),
    "a still that is turned, with a film that lies": (changed(TRACK_LIES, 8, b"avif"), TURNED),
    "HEIF's brand first, and a film that lies": (changed(TRACK_LIES, 8, b"mif1"), LYING),
    "HEIF's brand first, and a film's nowhere": (
        changed(TRACK_LIES, 8, b"mif1").replace(b"avis", b"miaf"),
        TURNED,
    ),
    "another brand first": (changed(AVIF, 8, b"MA1B"), LYING),
    "a broken EXIF": (WITH_EXIF.replace(b"Exif\0\0II*\0", b"Exif\0\0IIII").replace(b"II*\0", b"IIII"), LYING),
    "a handler of another make": (changed(AVIF, AVIF.index(b"hdlr") + 16, b"appl"), NOT_SHOWN),
    "its piece behind its end": (changed(AVIF, AVIF.index(b"iloc") + 18, struct.pack(">L", 10**6)), LYING),
    "a newline behind": (AVIF + b"\n", LYING),
    "junk behind": (AVIF + b"\x7f\xff\xff\xffABCD", LYING),
    "a film behind, as motion photos have": (AVIF + box(b"mpvd", FILM), LYING),
    "free space behind": (AVIF + box(b"free", b"abc"), LYING),
    "data up to the end": (changed(AVIF, DATA, bytes(4)), LYING),
    "HEIF's brand first": (changed(AVIF, 8, b"mif1"), LYING),
    "HEIF's brand for films first": (changed(AVIF, 8, b"msf1"), LYING),
    "a film's brand and no film": (changed(AVIF, 8, b"avis"), NOT_SHOWN),
}

# Where we say something else than Chromium shows, and why.
EXPLAINED: dict[str, tuple[object, str]] = {
    "avif: a handler of another make": (LYING, "Bytes that have to be zero and that Pillow's libavif lets be."),
    "png: pixels with a wrong checksum": (None, "The pixels are not those that were written; Chromium does not look."),
    "avif: its piece behind its end": (None, "Chromium shows an empty area: of its pixels there are none."),
    "jpg: a density that halves it": (
        LYING,
        "Where EXIF says the pixels to be those of 72 an inch at its density, Chromium lays it out so; we tell pixels.",
    ),
}


def crafted() -> dict[str, tuple[bytes, tuple[int, int] | None]]:
    """Content and size, or None for what Chromium does not show, by the file's name: ``jpg: a newline behind``."""
    kinds = {"jpg": JPEGS, "png": PNGS, "webp": WEBPS, "avif": AVIFS}
    return {f"{kind}: {name}": file for kind, files in kinds.items() for name, file in files.items()}
