"""Bytes from a provider are untrusted: what they are is read from their header, before anything is decoded."""

import hashlib
import warnings
from dataclasses import dataclass
from io import BytesIO

from django.conf import settings
from PIL import Image, PngImagePlugin, UnidentifiedImageError

from generations.images.endings import is_complete

FORMATS = {
    "PNG": ("image/png", "png"),
    "JPEG": ("image/jpeg", "jpg"),
    "WEBP": ("image/webp", "webp"),
    "AVIF": ("image/avif", "avif"),
}
# What Pillow calls a JPEG behind which further pictures lie, even where it is told to look for JPEG alone.
SUBTYPES = {"MPO": "JPEG"}
MIME_TYPES = {extension: mime_type for mime_type, extension in FORMATS.values()}
# The beginnings of what people call images, too. A vendor that sends one of them sends it each time.
STRANGERS = (
    (b"GIF8", "a GIF"),
    (b"II*\0", "a TIFF"),
    (b"MM\0*", "a TIFF"),
    (b"\0\0\1\0", "an icon"),
    (b"\xff\x0a", "a JPEG XL"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000"),
    (b"%PDF-", "a PDF"),
)
# How long a compressed text of a PNG may be, 1 MiB with Pillow: workflows that are kept with their pictures are longer.
PngImagePlugin.MAX_TEXT_CHUNK = 16 * 1024 * 1024


class InvalidImage(Exception):
    """These bytes are no picture that we keep; the message is for people.

    ``lasting`` says that they came as they were meant: the same will come when they are asked for again.
    """

    def __init__(self, message: str, *, lasting: bool = False) -> None:
        super().__init__(message)
        self.lasting = lasting


@dataclass(frozen=True, slots=True)
class Picture:
    """Encoded bytes that passed inspection, and what they say of themselves; they are kept as they came."""

    content: bytes
    mime_type: str
    extension: str
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def inspect_picture(content: bytes) -> Picture:
    """Check size, format, pixel count and completeness in about 2 ms, without decoding; or raise InvalidImage."""
    if not content:
        raise InvalidImage("The provider answered without an image.")
    if len(content) > settings.MAX_IMAGE_BYTES:
        raise InvalidImage("The provider's image is too large.", lasting=True)
    mime_type, extension, (width, height) = _read_header(content)
    if not is_complete(content, extension):
        raise InvalidImage("The provider's image is cut off.")
    return Picture(content, mime_type, extension, width, height)


def _read_header(content: bytes) -> tuple[str, str, tuple[int, int]]:
    try:
        with warnings.catch_warnings():
            # Of sizes, for which our own limit is lower, and of a bad index of further pictures, which nobody looks at.
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(content), formats=list(FORMATS)) as image:
                width, height = image.size
                if width * height > settings.MAX_IMAGE_PIXELS:
                    raise InvalidImage("The provider's image has too many pixels.", lasting=True)
                image.verify()
                name = image.format or ""
                return *FORMATS[SUBTYPES.get(name, name)], (width, height)
    except Image.DecompressionBombError:
        raise InvalidImage("The provider's image has too many pixels.", lasting=True) from None
    except UnidentifiedImageError:
        raise unknown(content) from None
    except InvalidImage:
        raise
    except ValueError as error:
        if "text" in str(error).lower():
            raise InvalidImage("The provider's image has too much text in it.", lasting=True) from None
        raise InvalidImage("The provider's image is damaged.") from None
    except Exception:  # noqa: BLE001 — of bytes like these each decoder behind Pillow complains in its own way
        raise InvalidImage("The provider's image is damaged.") from None


def unknown(content: bytes) -> InvalidImage:
    """A file of another kind comes again; a proxy's page, or noise, may not."""
    name = next((name for start, name in STRANGERS if content.startswith(start)), None)
    if content.startswith(b"BM") and content[6:10] == bytes(4):
        name = "a BMP"
    elif b"<svg" in content[:1024]:
        name = "an SVG"
    elif content[4:8] == b"ftyp" and content[8:12] not in {b"avif", b"avis"}:
        name = "a HEIC or a film"
    if name is None:
        return InvalidImage("The provider's answer is not an image.")
    return InvalidImage(f"The provider's image is {name}; PNG, JPEG, WebP and AVIF are kept.", lasting=True)
