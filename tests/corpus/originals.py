"""What the encoders are given: pictures wider than high, so that turning shows, and small, so that all is quick."""

from pathlib import Path
from random import Random

from PIL import Image, ImageCms

WIDTH, HEIGHT = 90, 60
FRAMES = 4
# Components, first and last coefficient, and bits of a progressive JPEG's scans, as cjpeg reads them.
SCANS = ["0 1 2: 0-0, 0, 0;", "0: 1-5, 0, 0;", "1: 1-63, 0, 0;", "2: 1-63, 0, 0;", "0: 6-63, 0, 0;"]


def scene(width: int = WIDTH, height: int = HEIGHT, seed: int = 1) -> Image.Image:
    """Noise, made large: neither flat, so that every encoder has something to do, nor dear."""
    coarse = Image.frombytes("RGB", (9, 6), Random(seed).randbytes(9 * 6 * 3))
    return coarse.resize((width, height), Image.Resampling.BICUBIC)


def with_alpha(picture: Image.Image) -> Image.Image:
    picture = picture.convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    return picture


def orientation(number: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = number
    return exif


def icc_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def write_originals(folder: Path) -> None:
    """The files that the commands of ``commands.py`` name."""
    picture = scene()
    pictures = {
        "rgb": picture,
        "rgba": with_alpha(picture),
        "grey": picture.convert("L"),
        "grey-alpha": with_alpha(picture).convert("LA"),
        "palette": picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=16),
        "odd": scene(91, 61),
        "dot": scene(1, 1),
        "line": scene(300, 1),
        "even": scene(128, 64),
    }
    for name, image in pictures.items():
        image.save(folder / f"{name}.png")
    Image.frombytes("I;16", (WIDTH, HEIGHT), Random(2).randbytes(WIDTH * HEIGHT * 2)).save(folder / "grey16.png")
    for number in range(FRAMES):
        scene(seed=number).save(folder / f"frame-{number}.png")
    more = [scene(seed=number) for number in range(1, FRAMES)]
    scene(seed=0).save(folder / "film.gif", save_all=True, append_images=more, duration=100)
    picture.save(folder / "rgb.ppm")
    picture.convert("L").save(folder / "grey.pgm")
    scene(91, 61).save(folder / "odd.ppm")
    picture.save(folder / "rgb.jpg", quality=90)
    picture.convert("CMYK").save(folder / "cmyk.jpg")
    picture.save(folder / "turned.jpg", exif=orientation(6), icc_profile=icc_profile(), comment=b"turned")
    picture.save(folder / "turned.png", exif=orientation(6))
    (folder / "turned.exif").write_bytes(orientation(6).tobytes().removeprefix(b"Exif\0\0"))
    (folder / "srgb.icc").write_bytes(icc_profile())
    (folder / "few.scans").write_text("\n".join(SCANS))
