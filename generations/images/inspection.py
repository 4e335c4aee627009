"""Bytes from a provider are untrusted: what they are is read from their header, before anything is decoded."""

import hashlib
import warnings
from dataclasses import dataclass
from io import BytesIO

from django.conf import settings
from PIL import Image, UnidentifiedImageError

FORMATS = {
    "PNG": ("image/png", "png"),
    "JPEG": ("image/jpeg", "jpg"),
    "WEBP": ("image/webp", "webp"),
    "AVIF": ("image/avif", "avif"),
}
PNG_END = b"IEND\xaeB`\x82"
MIME_TYPES = {extension: mime_type for mime_type, extension in FORMATS.values()}


class InvalidImage(Exception):
    """These bytes are no picture that we keep; the message is for people."""


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
        raise InvalidImage("The provider's image is too large.")
    mime_type, extension, (width, height) = _read_header(content)
    if not _is_complete(content, extension):
        raise InvalidImage("The provider's image is cut off.")
    return Picture(content, mime_type, extension, width, height)


def _read_header(content: bytes) -> tuple[str, str, tuple[int, int]]:
    try:
        with warnings.catch_warnings():
            # Our own limit is lower than the one that Pillow warns at.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=list(FORMATS)) as image:
                width, height = image.size
                if width * height > settings.MAX_IMAGE_PIXELS:
                    raise InvalidImage("The provider's image has too many pixels.")
                image.verify()
                return *FORMATS[image.format or ""], (width, height)
    except Image.DecompressionBombError:
        raise InvalidImage("The provider's image has too many pixels.") from None
    except UnidentifiedImageError:
        raise InvalidImage("The provider's answer is not an image.") from None
    except InvalidImage:
        raise
    except Exception:  # noqa: BLE001 — of bytes like these each decoder behind Pillow complains in its own way
        raise InvalidImage("The provider's image is damaged.") from None


def _is_complete(content: bytes, extension: str) -> bool:
    """Whether the file goes on to its own end: ``verify()`` sees a cut only in the middle of a PNG."""
    match extension:
        case "png":
            return PNG_END in content[-1024:]
        case "jpg":
            return content.rstrip(b"\0").endswith(b"\xff\xd9")
        case "webp":
            return int.from_bytes(content[4:8], "little") + 8 <= len(content)
        case "avif":
            return _boxes_end(content) == len(content)
    raise ValueError(extension)


def _boxes_end(content: bytes) -> int:
    """Where the last top-level box of an ISO base media file says it ends."""
    position = 0
    while position + 8 <= len(content):
        size = int.from_bytes(content[position : position + 4], "big")
        if size == 0:
            return len(content)
        if size == 1:
            size = int.from_bytes(content[position + 8 : position + 16], "big")
        position += max(size, 8)
    return position
