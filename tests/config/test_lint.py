"""What `make lint` and `make audit` look for, and that they would find it."""

import re
import subprocess
from typing import Any

import pytest
import yaml

from tests.production.files import ROOT

BANDIT = ".venv/bin/bandit --quiet -ll --recursive --skip B608"


def commands(target: str) -> list[str]:
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.replace("\\\n\t", "").splitlines()


@pytest.mark.parametrize("target", ["lint", "audit"])
def test_our_own_code_is_searched_for_holes(target):
    (bandit,) = [line for line in commands(target) if "bin/bandit" in line]
    assert bandit.startswith(BANDIT)
    searched = set(bandit.removeprefix(BANDIT).split())
    with_code = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert searched == with_code | {"manage.py"}


def test_a_hole_is_found(tmp_path):
    (tmp_path / "hole.py").write_text("import hashlib, subprocess\nsubprocess.run('ls ' + input(), shell=True)\n")
    found = subprocess.run([*BANDIT.split(), str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert "B602" in found.stdout


def test_sql_put_together_of_strings_is_found_by_ruff(tmp_path):
    (tmp_path / "hole.py").write_text("def hole(cursor, name):\n    cursor.execute(f'SELECT * FROM {name}')\n")
    ruff = [".venv/bin/ruff", "check", "--no-cache", "--config", "pyproject.toml", str(tmp_path)]
    found = subprocess.run(ruff, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert "S608" in found.stdout


def test_each_lock_file_is_looked_up_and_what_could_not_be_is_no_clean_result():
    audits = [line for line in commands("audit") if "bin/pip-audit" in line]
    assert all("--strict" in line for line in audits)
    assert {line.split()[-1] for line in audits} == {path.name for path in ROOT.glob("*.lock")}


def test_deployment_is_checked_with_warnings_as_errors():
    assert [line for line in commands("lint") if "check --deploy --fail-level WARNING" in line]


def hooks(stage: str) -> list[dict[str, Any]]:
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert local["repo"] == "local"
    return [hook for hook in local["hooks"] if hook["stages"] == [stage]]


def test_pre_commit_runs_the_same_commands_and_fetches_nothing():
    quick, slow = hooks("pre-commit"), hooks("pre-push")
    assert len(quick) >= 4
    assert {hook["entry"] for hook in quick} <= set(commands("lint"))
    assert [hook["entry"] for hook in slow] == ["make --no-print-directory lint"]
    assert {hook["language"] for hook in quick + slow} == {"system"}


@pytest.mark.parametrize(
    ("message", "is_refused"),
    [
        ("Webhooks: events of one generation arrive in their order\n\nWhy.\n", False),
        (f"Sketch: {'a' * 64}\n", False),
        (f"Sketch: {'a' * 65}\n", True),
        ("Let workers go round the projects that wait\n", True),
        ("fixup! Webhooks: events\n", False),
        ("Let it be\n\nWebhooks: only in the body\n", True),
    ],
)
def test_a_subject_is_short_and_has_its_noun_in_front(message, is_refused):
    """As pre-commit's pygrep reads it: what matches is refused."""
    (hook,) = hooks("commit-msg")
    assert (hook["language"], hook["args"]) == ("pygrep", ["--multiline"])
    assert bool(re.search(hook["entry"], message, re.MULTILINE | re.DOTALL)) == is_refused
