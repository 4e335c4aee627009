"""``make bench`` works: one short round of it, which measures nothing. ``-k "not bench"`` leaves it out."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def run_quickly(*options):
    environment = {name: value for name, value in os.environ.items() if name != "TEST_REDIS_URL"}
    finished = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick", *options],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.splitlines()


def test_one_quick_round_prints_a_ratio_for_each_row():
    rows = [line.strip("|").split("|") for line in run_quickly("--markdown") if line.startswith("| ")]
    assert [row[0].strip() for row in rows] == ["", "POST", "GET by id", "LIST, 20 rows + total", "Job in a worker"]
    assert all(float(row[1]) > 0 for row in rows[1:])


def test_one_quick_round_beside_a_hundred_who_wait_prints_a_ratio():
    *_, ratio = run_quickly("--waiting")
    assert float(ratio.split()[1]) > 0
