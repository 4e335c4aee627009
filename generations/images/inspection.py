"""Bytes from a provider are untrusted: what they are is read from their header, before anything is decoded."""

import hashlib
import warnings
from dataclasses import dataclass
from io import BytesIO

from django.conf import settings
from PIL import Image

from generations.images.formats import extension_of, header, is_complete, shown_size

MIME_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "avif": "image/avif"}
# What Pillow calls them.
FORMATS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP", "avif": "AVIF"}
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


class InvalidImage(Exception):
    """These bytes are no picture that we keep; the message is for people.

    ``lasting`` says that they came as they were meant: the same will come when they are asked for again.
    """

    def __init__(self, message: str, *, lasting: bool = False) -> None:
        super().__init__(message)
        self.lasting = lasting


@dataclass(frozen=True, slots=True)
class Picture:
    """Encoded bytes that passed inspection, and what they say of themselves; they are kept as they came.

    Width and height are pixels as a browser shows them: turned and cropped as the file says.
    """

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
    extension = extension_of(content)
    if extension is None:
        raise unknown(content)
    if not is_complete(content, extension):
        raise InvalidImage("The provider's image is cut off.")
    try:
        head = header(content, extension)
    except ValueError:
        raise InvalidImage("The provider's image is of a kind that no browser shows.", lasting=True) from None
    size = shown_size(content, extension, _read_size(head, extension))
    return Picture(content, MIME_TYPES[extension], extension, *size)


def _read_size(head: bytes, extension: str) -> tuple[int, int]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sizes, for which our own limit is lower
            with Image.open(BytesIO(head), formats=[FORMATS[extension]]) as image:
                if image.width * image.height > settings.MAX_IMAGE_PIXELS:
                    raise InvalidImage("The provider's image has too many pixels.", lasting=True)
                image.verify()
                return image.size
    except Image.DecompressionBombError:
        raise InvalidImage("The provider's image has too many pixels.", lasting=True) from None
    except InvalidImage:
        raise
    except Exception:  # noqa: BLE001 — of bytes like these each decoder behind Pillow complains in its own way
        raise InvalidImage("The provider's image is damaged.") from None


def unknown(content: bytes) -> InvalidImage:
    """A file of another kind comes again; a proxy's page, or noise, may not."""
    name = next((name for start, name in STRANGERS if content.startswith(start)), None)
    if content.startswith(b"BM") and content[6:10] == bytes(4):
        name = "a BMP"
    elif b"<svg" in content[:1024]:
        name = "an SVG"
    elif content[4:8] == b"ftyp":
        name = "a HEIC or a film"
    if name is None:
        return InvalidImage("The provider's answer is not an image.")
    return InvalidImage(f"The provider's image is {name}; PNG, JPEG, WebP and AVIF are kept.", lasting=True)
