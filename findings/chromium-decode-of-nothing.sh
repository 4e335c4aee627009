#!/usr/bin/env bash
# Chromium 156.0.8078.108 (Debian): HTMLImageElement.decode() is content with a picture that has no pixel.
#
# The HTML standard has decode() reject if the image "is broken", and pages use it to know that a picture can be shown.
# Chromium fires `load` and fulfils decode() for a PNG whose IDAT is no zlib stream and for an AVIF that ends before its
# data: naturalWidth is right, and what is painted is wholly transparent. createImageBitmap rejects.
#
# Seen:
#   AVIF without its data: load, decode() fulfilled, 64 × 64, 0 points painted; createImageBitmap: InvalidStateError
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check playwright pillow==13.0.0
"$folder/venv/bin/python" - <<'PYTHON'
import base64
import shutil
from io import BytesIO

from PIL import Image
from playwright.sync_api import sync_playwright

file = BytesIO()
Image.linear_gradient("L").resize((64, 64)).convert("RGB").save(file, "AVIF")
cut = file.getvalue()[: file.getvalue().index(b"mdat") - 4]
LOOK = """async text => {
    const blob = new Blob([Uint8Array.from(atob(text), letter => letter.charCodeAt(0))]), image = new Image();
    image.src = URL.createObjectURL(blob);
    const load = await new Promise(done => { image.onload = () => done("load"); image.onerror = () => done("error"); });
    const decoded = await image.decode().then(() => "fulfilled", error => error.name);
    const paper = new OffscreenCanvas(64, 64).getContext("2d");
    paper.drawImage(image, 0, 0);
    const painted = paper.getImageData(0, 0, 64, 64).data.filter((value, at) => at % 4 == 3 && value).length;
    const bitmap = await createImageBitmap(blob).then(() => "made", error => error.name);
    return [load, decoded, image.naturalWidth, image.naturalHeight, painted, bitmap];
}"""
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    seen = browser.new_page().evaluate(LOOK, base64.b64encode(cut).decode())
    browser.close()
load, decoded, width, height, painted, bitmap = seen
print(
    f"AVIF without its data: {load}, decode() {decoded}, {width} × {height}, {painted} points painted; "
    f"createImageBitmap: {bitmap}"
)
raise SystemExit(seen[:5] != ["load", "fulfilled", 64, 64, 0])
PYTHON
