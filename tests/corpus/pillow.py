"""Files that Pillow makes: the part of the corpus that needs no program, and so every run of the tests looks at it."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from PIL import Image, PngImagePlugin

from tests.corpus.originals import icc_profile, orientation, scene, with_alpha

XMP_TURNED = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
)


def saved(picture: Image.Image, image_format: str, **options: Any) -> bytes:
    file = BytesIO()
    picture.save(file, image_format, **options)
    return file.getvalue()


def made_by_pillow() -> Iterator[tuple[str, bytes]]:
    """Each file's name and content."""
    for extension, files in (("png", pngs()), ("jpg", jpegs()), ("webp", webps()), ("avif", avifs())):
        for name, content in files:
            yield f"pillow-{name}.{extension}", content


def film() -> dict[str, Any]:
    return {"save_all": True, "append_images": [scene(seed=2), scene(seed=3)], "duration": 100}


def pngs() -> Iterator[tuple[str, bytes]]:
    rgb = scene()
    modes = {"rgb": rgb, "rgba": with_alpha(rgb), "la": with_alpha(rgb).convert("LA")}
    modes |= {mode.lower(): rgb.convert(mode) for mode in ("L", "P", "1")}
    modes["16bit"] = Image.frombytes("I;16", (90, 60), scene(90, 120).convert("L").tobytes())
    for name, picture in modes.items():
        yield name, saved(picture, "PNG")
    yield "one-pixel", saved(scene(1, 1), "PNG")
    yield "stored", saved(rgb, "PNG", compress_level=0)
    yield "transparent-colour", saved(rgb.convert("P"), "PNG", transparency=3)
    yield "profile", saved(rgb, "PNG", icc_profile=icc_profile(), dpi=(300, 300))
    yield "animated", saved(rgb, "PNG", **film())
    yield "animated-behind-a-default", saved(rgb, "PNG", default_image=True, **film())
    texts = PngImagePlugin.PngInfo()
    texts.add_text("parameters", "a long text " * 20_000, zip=True)
    texts.add_itxt("prompt", "ein längerer Text " * 20_000, "de", "Bitte", zip=True)
    yield "texts", saved(rgb, "PNG", pnginfo=texts)
    turned_xmp = PngImagePlugin.PngInfo()
    turned_xmp.add_itxt("XML:com.adobe.xmp", XMP_TURNED.decode())
    yield "xmp-turned", saved(rgb, "PNG", pnginfo=turned_xmp)
    for number in range(1, 9):
        yield f"turned-{number}", saved(rgb, "PNG", exif=orientation(number))


def jpegs() -> Iterator[tuple[str, bytes]]:
    rgb = scene()
    yield "rgb", saved(rgb, "JPEG")
    yield "best", saved(rgb, "JPEG", quality=100, subsampling=0, optimize=True)
    yield "worst", saved(scene(91, 61), "JPEG", quality=1, subsampling=2)
    yield "progressive", saved(rgb, "JPEG", progressive=True)
    yield "restart", saved(rgb, "JPEG", restart_marker_blocks=1)
    yield "grey", saved(rgb.convert("L"), "JPEG")
    yield "cmyk", saved(rgb.convert("CMYK"), "JPEG")
    yield "kept-rgb", saved(rgb, "JPEG", keep_rgb=True)
    yield "one-pixel", saved(scene(1, 1), "JPEG")
    yield "profile", saved(rgb, "JPEG", icc_profile=icc_profile() * 200, dpi=(72, 72), comment=b"a comment")
    yield "two", saved(rgb, "MPO", save_all=True, append_images=[scene(30, 20)])
    yield "xmp-turned", saved(rgb, "JPEG", xmp=XMP_TURNED)
    thumbnail = orientation(6)
    thumbnail.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0a comment of the user"
    yield "turned-with-more", saved(rgb, "JPEG", exif=thumbnail, xmp=b"<x:xmpmeta/>", progressive=True)
    for number in range(1, 9):
        yield f"turned-{number}", saved(rgb, "JPEG", exif=orientation(number))


def webps() -> Iterator[tuple[str, bytes]]:
    rgb = scene()
    yield "rgb", saved(rgb, "WEBP")
    yield "rgba", saved(with_alpha(rgb), "WEBP")
    yield "lossless", saved(rgb, "WEBP", lossless=True)
    yield "lossless-alpha", saved(with_alpha(rgb), "WEBP", lossless=True, exact=True)
    yield "one-pixel", saved(scene(1, 1), "WEBP")
    yield "animated", saved(rgb, "WEBP", **film())
    yield "profile", saved(rgb, "WEBP", icc_profile=icc_profile())
    yield "xmp-turned", saved(rgb, "WEBP", xmp=XMP_TURNED)
    for number in range(1, 9):
        yield f"turned-{number}", saved(rgb, "WEBP", exif=orientation(number))


def avifs() -> Iterator[tuple[str, bytes]]:
    rgb, fast = scene(), {"speed": 10}
    yield "rgb", saved(rgb, "AVIF", **fast)
    yield "rgba", saved(with_alpha(rgb), "AVIF", **fast)
    yield "444", saved(rgb, "AVIF", subsampling="4:4:4", quality=100, **fast)
    yield "400", saved(rgb.convert("L"), "AVIF", subsampling="4:0:0", **fast)
    yield "one-pixel", saved(scene(1, 1), "AVIF", **fast)
    yield "animated", saved(rgb, "AVIF", **film(), **fast)
    yield "profile", saved(rgb, "AVIF", icc_profile=icc_profile(), **fast)
    yield "xmp-turned", saved(rgb, "AVIF", xmp=XMP_TURNED, **fast)
    for number in range(1, 9):
        yield f"turned-{number}", saved(rgb, "AVIF", exif=orientation(number), **fast)
