"""Hold every drill and print one table; the status is 1 where a figure misses its target.

``python -m tests.drills recovery broker`` holds some of them; ``--quick`` only shows that everything works.
"""

import argparse
import logging
import os
import signal
import sys
import time
from pathlib import Path

import django

from tests.bench.servers import environment
from tests.drills.figures import Figure, table
from tests.drills.programme import NAMES


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.drills", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *NAMES], metavar="DRILL", help=", ".join(NAMES))
    parser.add_argument("--quick", action="store_true", help="the small versions, as the tests hold them")
    options = parser.parse_args()
    # A cancelled run tidies up as one does that is ended by Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with environment() as settings:
        os.environ.update(settings | {"DJANGO_SETTINGS_MODULE": "config.settings"})
        django.setup()
        logging.disable(logging.WARNING)  # here; the processes say all that they say elsewhere
        return hold(options.names or NAMES, quick=options.quick)


def hold(names: list[str], *, quick: bool) -> int:
    # These need Django's settings, and the settings need the servers.
    from django.core.management import call_command
    from django.db import connection

    from tests.bench.table import machine
    from tests.drills.programme import play

    call_command("migrate", verbosity=0)
    figures: list[Figure] = []
    for name in names:
        began = time.monotonic()
        print(f"\n{name}", flush=True)
        for figure in play(name, Path(os.environ["DATA_DIR"]) / name, quick=quick):
            print(f"  {figure}", flush=True)
            figures.append(figure)
        print(f"  {time.monotonic() - began:.0f} s", flush=True)
    print("", *table(figures), "", f"{machine()}.", sep="\n")
    connection.close()
    return int(not all(figure.holds for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
