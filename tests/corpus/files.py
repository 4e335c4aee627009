"""All files of the corpus that an encoder made."""

from dataclasses import dataclass
from pathlib import Path

from tests.corpus.browser import Browser
from tests.corpus.commands import made_by_commands
from tests.corpus.originals import scene, with_alpha, write_originals
from tests.corpus.pillow import made_by_pillow, saved


@dataclass(frozen=True, slots=True)
class File:
    content: bytes
    encoder: str
    command: str = ""

    @property
    def has_more_behind(self) -> bool:
        """Whether a picture is whole without the end of its file: another one may follow it."""
        return b"MPF\0" in self.content


def made(folder: Path, browser: Browser) -> tuple[dict[str, File], list[str]]:
    """Each file by its name, and the commands that made none here."""
    originals, out = folder / "originals", folder / "files"
    for path in (originals, out):
        path.mkdir(parents=True, exist_ok=True)
    write_originals(originals)
    written, missing = made_by_commands(originals, out)
    files = {name: File((out / name).read_bytes(), tool, command) for name, (tool, command) in written.items()}
    for name, content in [*made_by_pillow(), *made_by_browser(browser)]:
        (out / name).write_bytes(content)
        files[name] = File(content, "Pillow" if name.startswith("pillow") else "Chromium")
    return files, missing


def made_by_browser(browser: Browser) -> list[tuple[str, bytes]]:
    """What pages upload that draw on a canvas. At quality 1, WebP is lossless."""
    pictures = {
        "rgb": saved(scene(), "PNG"),
        "rgba": saved(with_alpha(scene()), "PNG"),
        "odd": saved(scene(91, 61), "PNG"),
    }
    ways = {"png": ("image/png", 1.0), "jpg": ("image/jpeg", 0.8), "webp": ("image/webp", 0.8)}
    files = [
        (f"chromium-{name}.{extension}", browser.encode(content, *way))
        for name, content in pictures.items()
        for extension, way in ways.items()
    ]
    files.append(("chromium-lossless.webp", browser.encode(pictures["rgba"], "image/webp", 1.0)))
    return files


def strangers() -> dict[str, bytes]:
    """Valid files of kinds that are not kept."""
    kinds = ("GIF", "BMP", "TIFF", "ICO", "JPEG2000")
    return {kind: saved(scene(), kind) for kind in kinds}
