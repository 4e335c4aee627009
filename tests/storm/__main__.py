"""Post thousands of generations while everything breaks, then count what was lost, doubled or left behind.

``BROKER=rabbitmq`` (with TEST_AMQP_URL) carries the bells by RabbitMQ; ``--seed`` repeats a storm.
"""

import argparse
import os
import secrets
import signal
import sys

from tests.storm.plan import FULL, Mix, Plan
from tests.storm.storm import run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.storm", description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--jobs", type=int, default=FULL)
    options = parser.parse_args()
    # A cancelled run tidies up as one does that is ended by Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print(f"A storm of {options.jobs} jobs, seed {options.seed} …", flush=True)
    report = run(Plan.of(options.seed, options.jobs, Mix()), broker=os.environ.get("BROKER", "redis"))
    print(*report.lines(), sep="\n")
    return 0 if report.passed else 1


if __name__ == "__main__":
    sys.exit(main())
