"""The PNG writer for painted pictures, read back by Pillow."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from generations.images.inspection import inspect_picture
from generations.providers.diffusers.png import encode


@pytest.mark.parametrize(("width", "height"), [(1, 1), (2, 7), (64, 48), (1024, 1024)])
def test_every_pixel_comes_back(width, height):
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    content = encode(Image.fromarray(pixels))
    with Image.open(BytesIO(content)) as picture:
        assert (picture.format, picture.mode) == ("PNG", "RGB")
        assert np.array_equal(np.asarray(picture), pixels)
    assert inspect_picture(content).mime_type == "image/png"


def test_a_picture_with_transparency_loses_it():
    with Image.open(BytesIO(encode(Image.new("RGBA", (8, 8), (10, 20, 30, 0))))) as picture:
        assert picture.getpixel((3, 3)) == (10, 20, 30)


def test_smooth_pictures_shrink():
    assert len(encode(Image.new("RGB", (1024, 1024), "teal"))) < 20_000
