"""docs/architecture.md, row by row against the code: every path that it names exists, and every arrow is one.

The glossary and the decisions name paths, too.
"""

import re
from functools import cache
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parent.parent
ARCHITECTURE = ROOT / "docs/architecture.md"
DOCUMENTS = [ARCHITECTURE, ROOT / "docs/glossary.md", *sorted((ROOT / "docs/decisions").glob("*.md"))]
TEXT = ARCHITECTURE.read_text()
ROWS = {row[0]: row[1:] for row in re.findall(r"^\| `([\w/.]+)` \| (.*) \| (.*) \|$", TEXT, re.MULTILINE)}
APPS = ("config", "projects", "enhancement", "generations")


def named(text: str) -> list[str]:
    return re.findall(r"`([\w/.-]+)`", text)


def module_of(path: str) -> str:
    return path.removesuffix("/").removesuffix(".py").replace("/", ".")


def room_of(module: str) -> str:
    """The row that holds for a module: of the folders that it lies in, the innermost that has one."""
    rooms: list[str] = [path for path in ROWS if f"{module}.".startswith(f"{module_of(path)}.")]
    return max(rooms, key=len)


@cache
def imports() -> dict[str, set[str]]:
    """What each row's code imports of the others'."""
    graph = grimp.build_graph(*APPS, cache_dir=None)
    found: dict[str, set[str]] = {path: set() for path in ROWS}
    for module in graph.modules:
        here = room_of(module)
        there = map(room_of, graph.find_modules_directly_imported_by(module))
        found[here] |= {path for path in there if path != here}
    return found


@pytest.mark.parametrize("path", ROWS)
def test_a_folder_imports_what_its_row_says_and_nothing_else(path):
    if ROWS[path][1] != "everything":
        assert sorted(imports()[path]) == sorted(named(ROWS[path][1]))


@pytest.mark.parametrize("path", ROWS)
def test_what_a_row_names_is_there(path):
    assert (ROOT / path).exists()
    for name in named(ROWS[path][0]):
        assert any((folder / f"{name}{end}").exists() for folder in (ROOT, ROOT / path) for end in ("", ".py")), name


def test_every_folder_with_code_has_a_row_or_is_named_in_its_apps():
    packages = (
        found.parent for app in ("config", "projects", "generations") for found in ROOT.glob(f"{app}/*/__init__.py")
    )
    folders = [package.relative_to(ROOT).as_posix() + "/" for package in packages if package.name != "migrations"]
    in_a_row = {app + name for app in ("config/", "projects/", "generations/") for name in named(ROWS[app][0])}
    assert len(folders) > 20
    assert set(folders) - ROWS.keys() - in_a_row == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_every_path_outside_the_rows_is_there(document):
    lines = [line for line in document.read_text().splitlines() if document != ARCHITECTURE or not line.startswith("|")]
    paths = [name.lstrip("/") for line in lines for name in named(line) if "/" in name.strip("/")]
    links = [link for line in lines for link in re.findall(r"\]\(([^):]+)\)", line)]
    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_decision_is_in_the_list():
    pages = {page.name for page in (ROOT / "docs/decisions").glob("0*.md")}
    assert len(pages) >= 10
    assert set(re.findall(r"\]\((\S+)\)", (ROOT / "docs/decisions/README.md").read_text())) == pages
