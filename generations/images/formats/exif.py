"""The orientation that EXIF gives a picture: CIPA DC-008, 4.6.2 (the fields) and 4.6.5 (Orientation)."""

import struct

ORIENTATION, SHORT = 0x0112, 3
# 5 to 8 show a column of the stored pixels as a row.
LYING = range(5, 9)
ENTRY_BYTES = 12


def orientation(tiff: bytes) -> int:
    """1 to 8; 1 also where nothing is said that a browser would follow: another type than SHORT, another number."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return 1
    (position,) = struct.unpack_from(f"{order}L", tiff, 4)
    if position + 2 > len(tiff):
        return 1
    (number,) = struct.unpack_from(f"{order}H", tiff, position)
    for start in range(position + 2, position + 2 + number * ENTRY_BYTES, ENTRY_BYTES):
        if start + ENTRY_BYTES > len(tiff):
            break
        tag, kind, count, value = struct.unpack_from(f"{order}HHLH", tiff, start)
        if (tag, kind, count) == (ORIENTATION, SHORT, 1) and 1 <= value <= 8:
            return int(value)
    return 1


def turned(size: tuple[int, int], tiff: bytes) -> tuple[int, int]:
    """The size in which a picture of this EXIF is shown."""
    return size[::-1] if orientation(tiff) in LYING else size
