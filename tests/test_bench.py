"""``make bench`` works: one short round of it, which measures nothing. ``-k "not bench"`` leaves it out."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_one_quick_round_prints_a_ratio_for_each_row():
    environment = {name: value for name, value in os.environ.items() if name != "TEST_REDIS_URL"}
    finished = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick", "--markdown"],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert finished.returncode == 0, finished.stderr
    rows = [line.strip("|").split("|") for line in finished.stdout.splitlines() if line.startswith("| ")]
    assert [row[0].strip() for row in rows] == ["", "POST", "GET by id", "LIST, 20 rows + total", "Job in a worker"]
    assert all(float(row[1]) > 0 for row in rows[1:])
