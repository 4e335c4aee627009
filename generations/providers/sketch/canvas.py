"""The picture under the brush: a few soft-edged ways to put colour on it."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from .palette import Colour

Point = tuple[float, float]
Numbers = NDArray[np.float64]
Mask = NDArray[np.floating[Any]]
Polygon = Sequence[Point] | Numbers
Fill = Colour | tuple[Colour, Colour]
"""One colour, or the two ends of a gradient from top to bottom."""


class Canvas:
    """An RGB picture with its own randomness; lengths are pixels, ``unit`` is the shorter side."""

    def __init__(self, width: int, height: int, random: np.random.Generator) -> None:
        self.width, self.height, self.random = width, height, random
        self.unit = min(width, height)
        self.image = Image.new("RGB", (width, height))

    def wash(self, colours: Sequence[Colour], bottom: int | None = None) -> None:
        """Cover everything with a gradient that reaches its last colour at ``bottom``."""
        stops = np.linspace(0, bottom or self.height, len(colours))
        rows = np.arange(self.height)
        bands = [np.interp(rows, stops, channel) for channel in zip(*colours, strict=True)]
        column = np.stack(bands, axis=-1).astype(np.uint8)[:, None]
        self.image.paste(Image.fromarray(column).resize(self.image.size, Image.Resampling.NEAREST))

    def below(self, line: Mask, fill: Fill, opacity: float = 1, thickness: int | None = None) -> None:
        """Fill what lies under a line of heights, one for each column, or only ``thickness`` pixels of it."""
        line = line.astype(np.float32)
        top, edge = max(0, int(line.min()) - 1), min(self.height, int(line.max()) + 3)
        bottom = min(self.height, edge + thickness) if thickness else self.height
        if top >= bottom:
            return
        rows = np.arange(top, edge, dtype=np.float32)[:, None]
        steepness = np.sqrt(1 + np.gradient(line) ** 2)
        mask = np.full((bottom - top, self.width), int(255 * opacity), dtype=np.uint8)
        mask[: edge - top] = np.clip((rows - line) / steepness + 0.5, 0, 1) * (255 * opacity)
        self._paste(Image.fromarray(mask), fill, (0, top), 1)

    def shapes(self, polygons: Iterable[Polygon], fill: Fill, opacity: float = 1, fineness: int = 3) -> None:
        """Fill polygons, drawn ``fineness`` times as large and shrunk so that their edges are smooth."""
        points = [np.asarray(polygon, dtype=np.float32) for polygon in polygons]
        if not points:
            return
        everything = np.concatenate(points)
        left, top = np.floor(np.maximum(everything.min(axis=0), 0)).astype(int)
        right, bottom = np.ceil(np.minimum(everything.max(axis=0), (self.width, self.height))).astype(int)
        if right <= left or bottom <= top:
            return
        stencil = Image.new("L", (int(right - left) * fineness, int(bottom - top) * fineness))
        draw = ImageDraw.Draw(stencil)
        for polygon in points:
            draw.polygon(((polygon - (left, top)) * fineness).ravel().tolist(), fill=255)
        self._paste(stencil.reduce(fineness), fill, (int(left), int(top)), opacity)

    def stain(self, mask: Mask, fill: Fill, at: tuple[int, int] = (0, 0), opacity: float = 1) -> None:
        """Put colour where ``mask`` (0 to 1) lets it through."""
        self._paste(_stencil(mask * opacity), fill, at, 1)

    def stain_enlarged(self, mask: Mask, fill: Fill, box: tuple[int, int, int, int]) -> None:
        """Like ``stain``, with a small mask drawn out over a box: left, top, right, bottom."""
        left, top, right, bottom = box
        size = (right - left, bottom - top)
        self._paste(_stencil(mask).resize(size, Image.Resampling.BILINEAR), fill, (left, top), 1)

    def paint_by_numbers(self, numbers: NDArray[np.uint8], colours: Sequence[Colour]) -> None:
        """Give each pixel the colour that its number counts to; 0 leaves what is there."""
        paint = Image.fromarray(numbers)
        stencil = paint.point([0] + [255] * 255)
        paint.putpalette([channel for colour in ((0, 0, 0), *colours) for channel in colour])
        self.image.paste(paint.convert("RGB"), mask=stencil)

    def dots(
        self, centres: Numbers, radius: float | Numbers, colour: Colour, opacity: float = 1, fineness: int = 3
    ) -> None:
        """Small discs of one radius, or of one each."""
        turns = np.linspace(0, 2 * np.pi, 14, endpoint=False)
        ring = np.stack([np.cos(turns), np.sin(turns)], axis=-1)
        radii = np.broadcast_to(radius, len(centres))[:, None, None]
        self.shapes(list(centres[:, None] + ring * radii), colour, opacity, fineness)

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float = 1) -> None:
        """Add light around a point, half as strong at half of ``radius``."""
        reach = int(radius * 2.5)
        left, top = max(0, int(x) - reach), max(0, int(y) - reach)
        right, bottom = min(self.width, int(x) + reach), min(self.height, int(y) + reach)
        if right <= left or bottom <= top:
            return
        step = max(1, int(radius / 50))
        across = ((np.arange(left, right, step, dtype=np.float32) + step / 2 - x) / radius) ** 2
        down = ((np.arange(top, bottom, step, dtype=np.float32) + step / 2 - y) / radius) ** 2
        distance = across + down[:, None]
        light = strength * np.clip(1 - distance / 6.25, 0, 1) ** 2 / (1 + 4 * distance)
        self.stain_enlarged(light, colour, (left, top, right, bottom))

    def _paste(self, stencil: Image.Image, fill: Fill, at: tuple[int, int], opacity: float) -> None:
        if opacity < 1:
            stencil = stencil.point(lambda value: int(value * opacity))
        paint = gradient(fill, stencil.size) if isinstance(fill[0], tuple) else Image.new("RGB", stencil.size, fill)
        self.image.paste(paint, at, stencil)


def _stencil(mask: Mask) -> Image.Image:
    return Image.fromarray((np.clip(mask, 0, 1) * 255).astype(np.uint8))


def gradient(ends: tuple[Colour, Colour], size: tuple[int, int]) -> Image.Image:
    """A picture that runs from the first colour at its top to the second at its bottom."""
    share = np.linspace(0, 1, size[1], dtype=np.float32)[:, None]
    column = np.asarray(ends[0]) * (1 - share) + np.asarray(ends[1]) * share
    return Image.fromarray(column.astype(np.uint8)[:, None]).resize(size, Image.Resampling.NEAREST)


def oval(x: float, y: float, radius: float, stretch: float = 1) -> Polygon:
    """A round shape, ``stretch`` times as high as wide."""
    turns = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    return list(zip(x + radius * np.cos(turns), y + radius * stretch * np.sin(turns), strict=True))
