"""A small storm as part of every test run: `make storm` is the one of 10,000 jobs."""

import os
import subprocess
import sys

from tests.storm.plan import Mix, Plan
from tests.storm.processes import ROOT

JOBS, SEED = 1_000, 20
WITHIN_S = 600


def test_a_thousand_jobs_pass_through_a_storm_and_none_is_lost_or_doubled():
    own = {name: value for name, value in os.environ.items() if not name.startswith("TEST_")}
    storm = subprocess.run(
        [sys.executable, "-m", "tests.storm", "--jobs", str(JOBS), "--seed", str(SEED)],
        check=False,
        cwd=ROOT,
        env=own,
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
    )
    assert storm.returncode == 0, storm.stdout + storm.stderr


def test_a_seed_repeats_every_script_and_the_order_of_the_faults():
    assert Plan.of(7, 500, Mix()) == Plan.of(7, 500, Mix())
    assert Plan.of(7, 500, Mix()) != Plan.of(8, 500, Mix())
