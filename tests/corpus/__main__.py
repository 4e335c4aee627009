"""Compare what we say of the corpus with what Chromium shows, and write RESULTS.md; the status is 1 where they differ.

``python -m tests.corpus`` needs chromium and, for most of the files, the encoders that `commands.py` names.
``--keep FOLDER`` leaves the files there.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import django

NUMBER_OF_CUTS = 1000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus", description=__doc__)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the files here")
    parser.add_argument("--results", type=Path, default=Path(__file__).with_name("RESULTS.md"))
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        return compare(options.keep or Path(folder), options.results)


def compare(folder: Path, path: Path) -> int:
    from tests.corpus.browser import chromium
    from tests.corpus.crafted import crafted
    from tests.corpus.cuts import cuts
    from tests.corpus.files import made, strangers
    from tests.corpus.results import Results

    with chromium() as browser:
        files, missing = made(folder, browser)
        results = Results(browser.version, missing)
        results.add_files(files, browser.show({name: file.content for name, file in files.items()}))
        by_hand = {name: content for name, (content, _) in crafted().items()}
        results.add_crafted(by_hand, browser.show(by_hand))
        whole = {name: file.content for name, file in files.items() if not file.has_more_behind}
        short = dict(cuts(whole, NUMBER_OF_CUTS))
        results.add_cuts(short, browser.show(short))
        results.add_strangers(others := strangers(), browser.show(others))
    path.write_text(results.text())
    print(results.summary())
    return int(bool(results.differences))


if __name__ == "__main__":
    sys.exit(main())
