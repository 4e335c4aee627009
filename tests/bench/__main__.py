"""Measure Easel against bare controls and print one table.

Each ratio is Easel's rate by that of a control which does the same SQL, the same Redis work and the same file write
without a framework; both are measured in turn in the same run. ``--quick`` only shows that everything works.
"""

import argparse
import logging
import os
import signal
from pathlib import Path

import django

from tests.bench.servers import environment


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round: a smoke test, not a measurement")
    parser.add_argument("--markdown", action="store_true", help="print the table as the README has it")
    parser.add_argument("--waiting", action="store_true", help="measure instead what those who wait cost the others")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    # A cancelled run tidies up as one does that is ended by Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with environment() as settings:
        os.environ.update(settings)
        django.setup()
        logging.disable(logging.INFO)  # here; the servers say all that they say elsewhere
        rounds = 1 if options.quick else options.rounds
        if options.waiting:
            measure_waiting(rounds=rounds, quick=options.quick)
        else:
            measure(rounds=rounds, quick=options.quick, markdown=options.markdown)


def measure_waiting(*, rounds: int, quick: bool) -> None:
    from django.db import connection

    from tests.bench import recorder, waiting

    desk = recorder.Desk(rows=2_000)
    logs = Path(os.environ["DATA_DIR"])
    for line in waiting.measure_waiting(desk.pending(), desk.get, rounds=rounds, seconds=3 if quick else 10, logs=logs):
        print(line)
    connection.close()


def measure(*, rounds: int, quick: bool, markdown: bool) -> None:
    # These need Django's settings, and the settings need the servers.
    from django.db import connection

    from tests.bench import jobs, recorder, requests, table

    logs = Path(os.environ["DATA_DIR"])
    desk = recorder.Desk(rows=2_000 if quick else 20_000)
    desk.record().save(Path(os.environ["BENCH_RECORDING"]))
    rows = requests.measure_requests(desk, rounds=rounds, seconds=1 if quick else 2, logs=logs)
    rows.append(jobs.measure_jobs(desk, rounds=rounds, jobs=40 if quick else 400, logs=logs))
    for line in table.lines(rows, markdown=markdown):
        print(line)
    print(f"\nMedians of {rounds} rounds, measured alternately. {table.machine()}.")
    connection.close()


if __name__ == "__main__":
    main()
