"""A process of its own that inspects bad pictures, says what came of each, and how much memory that took."""

import json
import re
import sys
import warnings
from pathlib import Path

import django


def main(folder: Path) -> None:
    django.setup()
    from generations.images.inspection import MIME_TYPES, InvalidImage, inspect_picture

    warnings.simplefilter("error")
    known = {(mime_type, extension) for extension, mime_type in MIME_TYPES.items()}
    verdicts = {}
    for path in sorted(folder.iterdir()):
        content = path.read_bytes()
        try:
            picture = inspect_picture(content)
        except InvalidImage as refused:
            verdicts[path.name] = f"refused: {refused}"
        except BaseException as error:  # noqa: BLE001 — this is what is asked
            verdicts[path.name] = f"{type(error).__name__}: {error}"
        else:
            good = (picture.mime_type, picture.extension) in known and 0 < picture.width * picture.height <= 40_000_000
            verdicts[path.name] = (
                "kept" if good and picture.content is content else f"not well formed: {picture!r:.300}"
            )
    print(json.dumps({"peak_mb": peak_mb(), "verdicts": verdicts}))


def peak_mb() -> float:
    """Of this program alone: ru_maxrss counts the one that started it as well."""
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(peak) / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]))
