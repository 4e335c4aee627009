"""The text of an API key: ``esl_<8-character key id>_<43 base62 secret><6 base62 CRC-32>``.

The checksum is GitHub's idea: a typo or a made-up key is refused before any query, and secret scanners can recognise
a real one. The secret carries 256 bits, so a plain SHA-256 keeps it; a password hasher would cost 244 ms a request.
"""

import hashlib
import re
import secrets
import string
import zlib
from dataclasses import dataclass, field

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
KEY_ID_LENGTH = 8
SECRET_LENGTH = 43
CHECKSUM_LENGTH = 6
SHAPE = re.compile(r"esl_([0-9A-Za-z]{8})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})")


@dataclass(frozen=True, slots=True)
class KeyText:
    """A key as its owner holds it; only its digest is ever stored."""

    key_id: str
    secret: str = field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the secret, in hex."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    @property
    def last_four(self) -> str:
        return self.reveal()[-4:]

    def reveal(self) -> str:
        """The whole key, to be shown once."""
        body = f"esl_{self.key_id}_{self.secret}"
        return body + checksum(body)


def new_key() -> KeyText:
    return KeyText(key_id=_random_text(KEY_ID_LENGTH), secret=_random_text(SECRET_LENGTH))


def parse_key(text: str) -> KeyText | None:
    """Read a key, or None where its shape or its checksum is wrong."""
    match = SHAPE.fullmatch(text)
    if match is None or checksum(text[:-CHECKSUM_LENGTH]) != match[3]:
        return None
    return KeyText(key_id=match[1], secret=match[2])


def checksum(body: str) -> str:
    """CRC-32 of the key without its checksum, as six base62 digits."""
    rest, digits = zlib.crc32(body.encode()), ""
    for _ in range(CHECKSUM_LENGTH):
        rest, digit = divmod(rest, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


def _random_text(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
