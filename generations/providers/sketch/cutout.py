"""A figure by itself: drawn once, lit from one side, and put into the picture as often as it is wanted."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from .canvas import Canvas, Fill
from .figures import Part
from .palette import Colour

MARGIN = 0.12
"""Room around the unit square for what reaches out of it."""
COARSE = 4
"""Light and shadow are worked out on a picture so many times smaller."""
FORM_SHADOW, RIM_LIGHT = 0.42, 0.3
REFLECTION = 0.6
TINY, LARGE = 40, 300
"""Pixels up to which no eye sees gradients, light or specks, and from which coarser edges are as smooth."""


@dataclass(frozen=True, slots=True)
class Cutout:
    """A figure of ``size`` pixels on nothing: colours already multiplied by ``alpha``, its foot at ``foot``."""

    image: Image.Image
    alpha: Image.Image
    size: float
    level: float | None = None
    """The row of its foot, where that is not the unit square's."""

    @property
    def foot(self) -> tuple[float, float]:
        """Where the middle of the unit square's lower edge is."""
        return self.image.width / 2, self.size * (1 + MARGIN) if self.level is None else self.level

    def mirrored(self) -> "Cutout":
        """The same figure looking the other way."""
        flip = Image.Transpose.FLIP_LEFT_RIGHT
        return Cutout(self.image.transpose(flip), self.alpha.transpose(flip), self.size)

    def scaled(self, share: float) -> "Cutout":
        """A smaller copy."""
        size = (max(1, round(self.image.width * share)), max(1, round(self.image.height * share)))
        resize = Image.Resampling.BILINEAR
        return Cutout(
            self.image.resize(size, resize, reducing_gap=2), self.alpha.resize(size, resize), self.size * share
        )

    def cropped(self, draught: int) -> "Cutout":
        """The figure without its lowest ``draught`` pixels."""
        box = (0, 0, self.image.width, round(self.foot[1]) - draught)
        return Cutout(self.image.crop(box), self.alpha.crop(box), self.size, box[3])

    def reflected(self, draught: int) -> "Cutout":
        """What a calm water shows of it: upside down, flattened and faint, to be put on at the same foot."""
        above = self.cropped(draught)
        size = (above.image.width, max(1, round(above.image.height * REFLECTION)))
        flip, resize = Image.Transpose.FLIP_TOP_BOTTOM, Image.Resampling.BILINEAR
        image, alpha = (picture.transpose(flip).resize(size, resize) for picture in (above.image, above.alpha))
        faint = Image.new("L", size, 70)
        return Cutout(_dimmed(image, faint), ImageChops.multiply(alpha, faint), self.size, 0)

    def put_on(self, canvas: Canvas, foot: tuple[float, float]) -> None:
        """Lay it over the picture with its foot at a point."""
        left, top = round(foot[0] - self.foot[0]), round(foot[1] - self.foot[1])
        box = (left, top, left + self.image.width, top + self.image.height)
        under = canvas.image.crop(box)
        canvas.image.paste(ImageChops.add(self.image, _dimmed(under, ImageChops.invert(self.alpha))), (left, top))

    def span(self) -> tuple[float, float]:
        """How far its feet reach to the left and to the right of ``foot``, in pixels."""
        band = np.asarray(self.alpha)[int(self.foot[1] - self.size * 0.07) : int(self.foot[1]) + 1].max(axis=0)
        columns = np.flatnonzero(band > 128)
        if not len(columns):
            return -self.size * 0.2, self.size * 0.2
        return float(columns[0] - self.foot[0]), float(columns[-1] - self.foot[0])


def cut_out(
    parts: Iterable[Part],
    size: float,
    fill: Callable[[str], tuple[Fill, float]],
    light: Colour,
    shade: Colour,
    side: float,
) -> Cutout:
    """Draw a figure of ``size`` pixels with the light from the left (``side`` -1) or the right (1)."""
    layer = _Layer(max(8, round(size * (1 + 2 * MARGIN))))
    is_tiny = size <= TINY
    for part in parts:
        if is_tiny and np.ptp(part.points, axis=0).max() * size < 1:
            continue
        paint, opacity = fill(part.tone)
        if is_tiny and isinstance(paint[0], tuple):
            paint = paint[0]
        layer.shapes([(part.points + MARGIN) * size], paint, opacity, fineness=3 if size < LARGE else 2)
    if not is_tiny:
        _model(layer, light, shade, side, size)
    return Cutout(layer.image, layer.alpha, size)


class _Layer(Canvas):
    """A canvas on nothing, which remembers where it has been painted."""

    def __init__(self, side: int) -> None:
        super().__init__(side, side, np.random.default_rng(0))
        self.alpha = Image.new("L", (side, side))

    def _paste(self, stencil: Image.Image, fill: Fill, at: tuple[int, int], opacity: float) -> None:
        super()._paste(stencil, fill, at, opacity)
        if opacity < 1:
            stencil = stencil.point(lambda value: int(value * opacity))
        self.alpha.paste(255, (*at, at[0] + stencil.width, at[1] + stencil.height), stencil)


def _model(layer: _Layer, light: Colour, shade: Colour, side: float, size: float) -> None:
    """Darken the flank that is turned away from the light and brighten the one that faces it."""
    small = layer.alpha.reduce(COARSE)
    soft = small.filter(ImageFilter.GaussianBlur(size * 0.035 / COARSE))
    reach, rise = round(size * 0.05 / COARSE * side), round(size * 0.03 / COARSE)
    for colour, strength, across, down in ((shade, FORM_SHADOW, reach, -rise), (light, RIM_LIGHT, -reach, rise)):
        flank = ImageChops.multiply(small, ImageChops.invert(ImageChops.offset(soft, across, down)))
        mask = flank.resize(layer.alpha.size, Image.Resampling.BILINEAR).point(lambda value, s=strength: int(value * s))
        layer.image.paste(colour, (0, 0), ImageChops.multiply(mask, layer.alpha))


def _dimmed(image: Image.Image, mask: Image.Image) -> Image.Image:
    return ImageChops.multiply(image, Image.merge("RGB", [mask] * 3))
