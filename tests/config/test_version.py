"""The version is written down once, and everything that says it says the same."""

import re
import tomllib
from itertools import pairwise
from pkgutil import resolve_name

import pytest
from packaging.version import Version

from config.version import VERSION
from tests.production.files import ROOT

CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
RELEASES = re.findall(r"^## (\d\S*) – \d{4}-\d\d-\d\d$", CHANGELOG, re.MULTILINE)


def test_the_newest_release_in_the_changelog_is_this_one():
    assert RELEASES[0] == VERSION == str(Version(VERSION))
    assert f"tag `v{VERSION}`" in CHANGELOG
    assert all(Version(newer) > Version(older) for newer, older in pairwise(RELEASES))


def test_the_changelog_says_nothing_twice():
    """A merge by union brings back what the other side has moved."""
    entries = [" ".join(entry.split()) for entry in re.split(r"^(?:- |#.*)", CHANGELOG, flags=re.MULTILINE)]
    assert len(entries) > 80
    assert [entry for entry in entries if entry and entries.count(entry) > 1] == []


def test_the_package_reads_it_where_the_product_does():
    """``tests/models`` builds it; here that it is written down nowhere else."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert (project["project"]["dynamic"], project["project"].get("version")) == (["version"], None)
    assert resolve_name(project["tool"]["setuptools"]["dynamic"]["version"]["attr"]) == VERSION


@pytest.mark.django_db
def test_the_document_and_the_admin_say_it(client, admin_client):
    assert client.get("/schema?format=json").json()["info"]["version"] == VERSION
    assert f"Image generation · {VERSION}" in admin_client.get("/admin/").content.decode()
