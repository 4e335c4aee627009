"""The colours of a figure's parts in the light of the hour."""

from dataclasses import dataclass

from .canvas import Fill
from .palette import PAINTS, WHITE, Colour, Palette, mix, rgb

INK = rgb("1a1620")
CLEAR = {"sheen": 0.28, "steam": 0.35, "lit": 0.8, "glass": 0.92, "mist": 0.4}
"""Tones through which one sees what is behind."""
UNSHADED = frozenset({"sheen", "steam", "glow", "mist"})


@dataclass(frozen=True, slots=True)
class Tones:
    """What a tone (a name or #rrggbb, +40 lighter or -40 darker) looks like on a subject of the colour ``own``."""

    palette: Palette
    own: str

    def fill(self, tone: str) -> tuple[Fill, float]:
        """The gradient of a part from its top to its bottom, and its opacity."""
        name, share = _parted(tone)
        colour, opacity = self._colour(name), CLEAR.get(name, 1)
        if share:
            colour = mix(colour, WHITE if share > 0 else self._depth(colour), abs(share))
        if name == "sheen":
            opacity *= 1 - self.palette.dimness
        if name in UNSHADED:
            return colour, opacity
        top, foot = 0.1 * (1 - self.palette.dimness), 0.14
        return (mix(colour, self.palette.light, top), mix(colour, self._depth(colour), foot)), opacity

    @property
    def body(self) -> Colour:
        """The subject's own colour in this light."""
        return self._colour("body")

    def _colour(self, name: str) -> Colour:
        shade, dimness = self.palette.shade, self.palette.dimness
        if name.startswith("#"):
            return mix(rgb(name[1:]), shade, dimness * 0.5)
        match name:
            case "body":
                return mix(PAINTS[self.own], shade, dimness * 0.5) if self.own else mix(shade, self.palette.haze, 0.06)
            case "lit":
                return mix(self.body, self.palette.light, 0.28)
            case "dark":
                return mix(shade, INK, 0.3)
            case "warm":
                return mix(PAINTS["yellow" if self.own in ("red", "orange", "pink") else "red"], shade, dimness * 0.5)
            case "glass":
                return mix(self.palette.sky[1], WHITE, 0.25)
            case "sheen":
                return self.palette.light
        return mix(NAMED[name], shade, 0 if name in UNSHADED else dimness * 0.45)

    def _depth(self, colour: Colour) -> Colour:
        """What a colour turns to in its own shadow: darker and a little towards the shadows of the hour."""
        return mix(mix(colour, INK, 0.7), self.palette.shade, 0.3)


NAMED = {
    "pale": rgb("f6efe2"),
    "glow": rgb("ffdd8c"),
    "steam": WHITE,
    "mist": WHITE,
    "skin": rgb("e9b08c"),
    "shaded": rgb("b97a68"),
    "leaf": rgb("35834f"),
    "wood": rgb("9a6238"),
    "metal": rgb("c4ccd6"),
    "coffee": rgb("6b3f25"),
    "crust": rgb("d9994d"),
    "cream": rgb("fff3df"),
    "gold": rgb("e5b345"),
}


def _parted(tone: str) -> tuple[str, float]:
    for sign in "+-":
        if sign in tone:
            name, amount = tone.split(sign)
            return name, float(f"{sign}{amount}") / 100
    return tone, 0
