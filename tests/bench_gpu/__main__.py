"""Measure how much of a GPU's time Easel turns into pictures, and print one line.

The same random weights paint in two ways: in jobs that go through the API, the queue, a worker and the storage, and in
a bare loop; both are measured in turn in the same run. ``--tiny`` shows that it works where there is no GPU.
"""

import argparse
import json
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import django

from tests.bench.servers import environment

SIDE_PX, TINY_SIDE_PX = 1024, 64
FULL = {"steps": 30, "pictures": 10, "rounds": 3}
TINY = {"steps": 2, "pictures": 2, "rounds": 1}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench_gpu", description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="a tiny model at 64×64: a smoke test, not a measurement")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--pictures", type=int, help="a round and a side")
    parser.add_argument("--rounds", type=int)
    parser.set_defaults(**(TINY if parser.parse_known_args()[0].tiny else FULL))
    options = parser.parse_args()
    # A cancelled run tidies up as one does that is ended by Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with environment() as settings:
        weights = Path(settings["DATA_DIR"], "weights", "tiny" if options.tiny else "sdxl")
        # In a process of its own, so that no memory of the GPU stays taken.
        subprocess.run([sys.executable, "-m", "tests.bench_gpu.weights", str(weights)], check=True)
        side = TINY_SIDE_PX if options.tiny else SIDE_PX
        painting = {"model": str(weights), "steps": options.steps, "max_pixels": side * side}
        os.environ.update(settings | {"DJANGO_SETTINGS_MODULE": "tests.bench_gpu.settings"})
        os.environ |= {"TRANSFORMERS_VERBOSITY": "error", "DIFFUSERS_VERBOSITY": "error"}
        os.environ["BENCH_PAINTING"] = json.dumps(painting)
        django.setup()
        logging.disable(logging.INFO)
        measure(pictures=options.pictures, rounds=options.rounds, name=f"{side}×{side}, {options.steps} steps")


def measure(*, pictures: int, rounds: int, name: str) -> None:
    # These need Django's settings, and the settings need the servers.
    from django.db import connection

    from tests.bench import table
    from tests.bench.samples import Row
    from tests.bench_gpu.loop import looping
    from tests.bench_gpu.product import working

    row = Row(name, target=0.95)
    with working(Path(os.environ["DATA_DIR"])) as product, looping() as loop:
        for side in (product, loop):
            side.take(1)  # loads the weights
        for _ in range(rounds):
            row.measure(lambda: product.take(pictures), lambda: loop.take(pictures))
    for line in table.lines([row], markdown=False):
        print(line)
    fastest = max(sample.a_second for sample in row.control)
    print(f"\nThe bare loop paints {fastest:.3g} pictures a second on {loop.device}. {table.machine()}.")
    connection.close()


if __name__ == "__main__":
    main()
