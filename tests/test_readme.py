"""The README promises nothing that no test keeps."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()


def test_every_test_that_it_names_exists():
    named = set(re.findall(r"`(test_\w+)`", README))
    written = {
        name for file in (ROOT / "tests").rglob("test_*.py") for name in re.findall(r"def (test_\w+)", file.read_text())
    }
    assert len(named) >= 10
    assert named - written == set()


def test_every_file_that_it_links_exists():
    links = re.findall(r"\]\(([^):]+)\)", README)
    assert len(links) >= 5
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_make_target_that_it_names_exists():
    targets = set(re.findall(r"(?:`|^)make (\w+)", README, re.MULTILINE))
    assert targets <= set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
