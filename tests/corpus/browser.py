"""What a browser makes of pictures: it decodes each and says how large it shows it."""

import base64
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, sync_playwright

CHROMIUM = shutil.which("chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
AT_ONCE = 50

# That a picture has loaded, and even that decode() is content, says no more than that its header was read: Chromium
# shows what it has. So each is painted, and the points are counted that got a colour.
SHOW = """async files => Promise.all(files.map(async text => {
    const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
    const image = new Image(), address = URL.createObjectURL(new Blob([bytes]));
    const loaded = new Promise(done => { image.onload = () => done(true); image.onerror = () => done(false); });
    image.src = address;
    if (!await loaded) return null;
    const decoded = await image.decode().then(() => true, () => false);
    const width = image.naturalWidth, height = image.naturalHeight;
    const paper = new OffscreenCanvas(width, height).getContext("2d");
    paper.drawImage(image, 0, 0);
    const points = paper.getImageData(0, 0, width, height).data;
    let painted = 0;
    for (let at = 3; at < points.length; at += 4) if (points[at]) painted++;
    URL.revokeObjectURL(address);
    return [width, height, decoded, painted / (width * height)];
}))"""

ENCODE = """async ([text, type, quality]) => {
    const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes]));
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    canvas.getContext("2d").drawImage(picture, 0, 0);
    const blob = await canvas.convertToBlob({type, quality});
    return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
}"""


@dataclass(frozen=True, slots=True)
class Shown:
    """Its size on the page in pixels, what decode() said, and the share of its points that are not transparent."""

    width: int
    height: int
    decoded: bool
    painted: float

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height


class Browser:
    def __init__(self, page: Page, version: str) -> None:
        self._page, self.version = page, version

    def show(self, files: Mapping[str, bytes]) -> dict[str, Shown | None]:
        """How each is shown; None is a broken picture."""
        shown: dict[str, Shown | None] = {}
        for first in range(0, len(files), AT_ONCE):
            names = list(files)[first : first + AT_ONCE]
            answers: list[Any] = self._page.evaluate(SHOW, [base64.b64encode(files[name]).decode() for name in names])
            shown |= {name: Shown(*answer) if answer else None for name, answer in zip(names, answers, strict=True)}
        return shown

    def encode(self, content: bytes, mime_type: str, quality: float = 0.8) -> bytes:
        """The same picture as the browser's own encoder writes it."""
        text: str = self._page.evaluate(ENCODE, [base64.b64encode(content).decode(), mime_type, quality])
        return base64.b64decode(text)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield Browser(browser.new_page(), browser.version)
        browser.close()
