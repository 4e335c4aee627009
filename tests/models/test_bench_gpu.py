"""``make bench-gpu`` works: one tiny round of it, on the CPU, which measures nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs torch: make test-diffusers")
pytest.importorskip("diffusers", reason="needs diffusers: make test-diffusers")

pytestmark = pytest.mark.models

COMMAND = "-m tests.bench_gpu --tiny"
ROOT = Path(__file__).resolve().parents[2]


def test_one_tiny_round_prints_a_ratio():
    environment = {name: value for name, value in os.environ.items() if name != "TEST_REDIS_URL"}
    environment["CUDA_VISIBLE_DEVICES"] = ""
    finished = subprocess.run(
        [sys.executable, *COMMAND.split()],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert finished.returncode == 0, finished.stderr
    (row,) = [line for line in finished.stdout.splitlines() if line.startswith("64×64, 2 steps")]
    assert float(row.removeprefix("64×64, 2 steps").split()[0]) > 0
    assert "pictures a second on a CPU." in finished.stdout
