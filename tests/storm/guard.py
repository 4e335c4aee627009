"""Kills what the storm has started when the storm itself ends in a way that it cannot catch.

Its input is a pipe that only the storm holds open: a line for each process group that begins or ends. This file is
run as a script, so it imports nothing of ours.
"""

import os
import signal
import sys
from contextlib import suppress


def guard() -> None:
    living: set[int] = set()
    for line in sys.stdin:
        event, _, group = line.partition(" ")
        (living.add if event == "begins" else living.discard)(int(group))
    for group in living:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    guard()
