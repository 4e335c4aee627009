"""Colours: what an hour does to the sky and to everything under it."""

from dataclasses import dataclass, replace

import numpy as np

Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)


def rgb(code: str) -> Colour:
    """``"ff8800"`` as numbers."""
    red, green, blue = bytes.fromhex(code)
    return red, green, blue


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """``first`` with ``share`` (0 to 1) of ``second`` in it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one hour: the sky from zenith to horizon, its light, the distance and the shadows."""

    sky: tuple[Colour, ...]
    light: Colour
    haze: Colour
    shade: Colour
    dimness: float

    def land(self, soil: Colour, nearness: float) -> Colour:
        """Soil seen in this light: lost in haze where ``nearness`` is 0, dark and close where it is 1."""
        lit = mix(mix(soil, self.haze, 0.22), self.shade, self.dimness)
        if nearness < 0.6:
            return mix(self.haze, lit, 0.18 + nearness * 1.3)
        return mix(lit, self.shade, (nearness - 0.6) * 1.5)

    def tinted(self, tint: Colour, share: float) -> "Palette":
        """The same hour under a coloured filter."""
        sky = tuple(mix(colour, tint, share) for colour in self.sky)
        return replace(self, sky=sky, haze=mix(self.haze, tint, share), shade=mix(self.shade, tint, share * 0.25))


def _palette(sky: str, light: str, haze: str, shade: str, dimness: float) -> Palette:
    return Palette(tuple(map(rgb, sky.split())), rgb(light), rgb(haze), rgb(shade), dimness)


HOURS = {
    "dawn": (
        _palette("4a5f9e 9a93c4 f0b7b3 ffe3c2", "fff3d6", "f0c6bb", "2b2a55", 0.25),
        _palette("3f78a8 8fb9cf f3d9c6 fff0d2", "fff6dc", "e6d6cb", "23405c", 0.2),
    ),
    "day": (
        _palette("1f6fc4 4f9fe0 a3d3f2 e6f4f1", "fffbe6", "c4e0ee", "123349", 0.05),
        _palette("2a86c9 68b6e3 b9e2ee f6f3da", "fffdf0", "cfe6e6", "153d42", 0.05),
    ),
    "sunset": (
        _palette("2a1a56 86306f ee5f4e ffc763", "fff2bd", "ef8a5f", "1f0f32", 0.45),
        _palette("1d2f63 6f4f92 f27d7a ffd592", "fff0c4", "ee9a86", "1c1440", 0.4),
        _palette("35224f a83c5b f9853f ffdb7a", "fff6c8", "f59a52", "2a0f26", 0.45),
    ),
    "twilight": (
        _palette("0e1440 3a2f78 a5548f f8a98e", "ffe9cf", "9a5a8c", "0c0a26", 0.6),
        _palette("0a1d45 1f4b7d 5f86a6 f3b795", "ffeeda", "5f7d9c", "071226", 0.6),
    ),
    "night": (
        _palette("040818 091736 173160 2f5488", "f5f2df", "274674", "03060f", 0.72),
        _palette("070620 151243 2d2a6b 50508f", "f3eede", "393a72", "06051a", 0.72),
    ),
    "storm": (_palette("2b3540 4a5763 76828a a9b0ae", "eef2ee", "8b959a", "12191f", 0.45),),
}
SOILS = {
    "mountain": rgb("46637a"),
    "forest": rgb("1f5a41"),
    "desert": rgb("dc8640"),
    "city": rgb("3a4468"),
    "snow": rgb("e6eff7"),
    "space": rgb("4a4a68"),
    "meadow": rgb("62a341"),
    "hills": rgb("4a8a57"),
    "studio": rgb("b9a08a"),
    "plinth": rgb("b9a08a"),
    "water": rgb("1b6796"),
    "sand": rgb("e6c793"),
}
PAINTS = {
    "red": rgb("d5322e"),
    "orange": rgb("ee7d2b"),
    "yellow": rgb("f5c335"),
    "green": rgb("3a9a56"),
    "teal": rgb("1fa39c"),
    "blue": rgb("2d6fd2"),
    "purple": rgb("8546b8"),
    "pink": rgb("ee7ba4"),
    "gold": rgb("dba63c"),
    "brown": rgb("8a5a3b"),
    "grey": rgb("8f97a3"),
    "white": rgb("f3f1ea"),
    "black": rgb("22232b"),
}


def palette_for(hour: str, colour: str, random: np.random.Generator) -> Palette:
    """One of the hour's palettes, leaning towards the colour that the prompt names."""
    choices = HOURS[hour]
    palette = choices[int(random.integers(len(choices)))]
    return palette.tinted(PAINTS[colour], 0.3) if colour else palette
