"""The contract as data: its examples and its tables, read from its own text."""

import json
import re
from pathlib import Path
from typing import Any

TEXT = Path(__file__).with_name("image-generation.md").read_text()

Json = dict[str, Any]


def section(title: str) -> str:
    """What stands below a heading, up to the next heading of its own or a higher level."""
    heading = re.search(rf"^(#+) {re.escape(title)}$", TEXT, re.MULTILINE)
    assert heading, title
    rest = TEXT[heading.end() :]
    end = re.search(rf"^#{{1,{len(heading[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def examples(title: str) -> list[Json]:
    """A section's JSON, in its order; a block that shows a request and its response counts as two."""
    blocks = re.findall(r"^```json\n(.*?)^```", section(title), re.MULTILINE | re.DOTALL)
    return [json.loads(part) for block in blocks for part in re.split(r"^// \w+$", block, flags=re.MULTILINE) if part]


def request_lines(title: str) -> list[str]:
    """The requests that a section writes out: method and path."""
    return re.findall(r"^(?:GET|POST|DELETE) .*$", section(title), re.MULTILINE)


def table(title: str) -> list[list[str]]:
    """The rows of a section's first table, without its heading and without the marks of code."""
    rows = re.findall(r"^\|(.*)\|$", section(title), re.MULTILINE)
    return [[cell.strip(" `") for cell in row.split("|")] for row in rows[2:]]
