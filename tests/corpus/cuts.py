"""Valid files with their ends cut off: at a block's border, inside of one, and by a byte or two."""

from collections.abc import Iterator, Mapping
from itertools import count
from random import Random

from generations.images.formats import extension_of, jpeg, png
from generations.images.formats.boxes import boxes


def cuts(files: Mapping[str, bytes], number: int, seed: int = 12) -> Iterator[tuple[str, bytes]]:
    """So many, by turns of each file; the same ones for the same files and seed."""
    random, names = Random(seed), sorted(files)
    done: set[tuple[str, int]] = set()
    for n in count():
        name = names[n % len(names)]
        length = places(files[name], random)[n // len(names) % 4]
        if (name, length) not in done:
            done.add((name, length))
            yield f"{name}[:{length}]", files[name][:length]
        if len(done) == number:
            return


def places(content: bytes, random: Random) -> list[int]:
    """Where a block ends, somewhere, before the last few bytes, and in the picture's first half."""
    borders = [at for at in block_ends(content) if 0 < at < len(content)]
    return [
        random.choice(borders or [len(content) // 2]),
        random.randrange(1, len(content)),
        len(content) - random.choice((1, 1, 2, 3, 12)),
        random.randrange(len(content) // 8 + 1, len(content) // 2 + 1),
    ]


def block_ends(content: bytes) -> list[int]:
    match extension_of(content):
        case "png":
            return [end for _, _, end in png.chunks(content)]
        case "jpg":
            return [end for _, _, end in jpeg.segments(content)]
        case "avif":
            return [box.end for box in boxes(content)]
    ends, at = [], 12
    while at + 8 <= len(content):
        at += 8 + (int.from_bytes(content[at + 4 : at + 8], "little") + 1 & ~1)
        ends.append(at)
    return ends
