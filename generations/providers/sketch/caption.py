"""The label at the foot of each picture: it says that this is a sketch, and of what."""

import unicodedata
from functools import lru_cache
from typing import cast

from PIL import Image, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

LABEL = "EASEL SKETCH"
NOTE = "a preview, not a model's work"
PLAIN = str.maketrans("‘’‐‑–—−øØłŁđĐı", "''-----oOlLdDi", "\u00ad") | {223: "ss", 230: "ae", 198: "AE", 339: "oe"}
"""What normalisation does not take apart: curly quotes, dashes, letters with a stroke, sharp s and ligatures."""
LINES = 2
LONGEST = 400


def paint_caption(image: Image.Image, prompt: str) -> None:
    """Darken the foot of the picture and write the label and the prompt on it."""
    unit = min(image.size)
    size = max(9, round(unit * 0.025))
    font, small = _font(size), _font(max(8, round(size * 0.72)))
    margin = round(unit * 0.035)
    room = image.width - 2 * margin
    lines = wrap(drawable(prompt), font, room)
    step = round(size * 1.35)
    top = image.height - margin - step * (len(lines) + 1)
    _darken(image, image.height - top + 2 * margin)
    draw = ImageDraw.Draw(image, "RGBA")
    label = LABEL if small.getlength(f"{LABEL}  ·  {NOTE}") > room else f"{LABEL}  ·  {NOTE}"
    draw.text((margin, top), label, font=small, fill=(255, 255, 255, 185))
    for row, line in enumerate(lines, start=1):
        draw.text((margin, top + step * row), line, font=font, fill=(255, 255, 255, 245))


def drawable(text: str) -> str:
    """The text in letters that the font has: accents dropped, foreign scripts named instead of drawn as boxes."""
    folded = unicodedata.normalize("NFKD", text[:LONGEST].translate(PLAIN))
    kept = "".join(character if _is_drawable(character) else " " if character.isspace() else "" for character in folded)
    shown = " ".join(kept.split())
    letters = [character for character in folded if character.isalpha()]
    foreign = [character for character in letters if not _is_drawable(character)]
    if len(foreign) * 2 <= len(letters) and (shown or not foreign):
        return shown
    script = unicodedata.name(foreign[0], "other").split()[0].title()
    return f"(a prompt in {'CJK' if script == 'Cjk' else script} letters)"


def wrap(text: str, font: FreeTypeFont, room: float) -> list[str]:
    """At most two lines that fit into ``room`` pixels; what is left out becomes an ellipsis."""
    lines: list[str] = []
    rest = text
    while rest and len(lines) < LINES:
        line = _fitting(rest, font, room)
        rest = rest[len(line) :].lstrip()
        lines.append(line.rstrip())
    if rest:
        last = _fitting(lines[-1], font, room - font.getlength("…"))
        lines[-1] = last.rstrip(" ,.;:-") + "…"
    return [line for line in lines if line]


def _fitting(text: str, font: FreeTypeFont, room: float) -> str:
    """The longest beginning of the text that fits, cut at a space where there is one; at least one character."""
    if font.getlength(text) <= room:
        return text
    length = next((n for n in range(1, len(text)) if font.getlength(text[: n + 1]) > room), len(text))
    space = text.rfind(" ", 0, length + 1)
    return text[: space + 1] if space > 0 else text[:length]


def _darken(image: Image.Image, height: int) -> None:
    """A shadow that grows softly towards the lower edge."""
    height = min(height, image.height)
    ramp = Image.linear_gradient("L").point(lambda value: int((value / 255) ** 0.75 * 195))
    shadow = ramp.resize((image.width, height))
    image.paste((8, 8, 18), (0, image.height - height, image.width, image.height), shadow)


@lru_cache(maxsize=16)
def _font(size: int) -> FreeTypeFont:
    return cast(FreeTypeFont, ImageFont.load_default(size))


@lru_cache(maxsize=4096)
def _is_drawable(character: str) -> bool:
    """Whether the font has this character; what it lacks comes out as the same empty box as an unassigned one."""
    if character == " ":
        return True
    if unicodedata.category(character)[0] in "CMZ":
        return False
    font = _font(16)
    return bytes(font.getmask(character)) != bytes(font.getmask("\uffff"))
