"""Runs one program for as long as the test run lives, then removes its folder.

A test run can end in ways that it cannot catch: kill -9, a closed terminal, a cancelled job. The keeper notices each of
them alike: its standard input, a pipe that only the test run holds open, comes to its end. The first line in the pipe
says what to run, if anything. This file is run as a script, so it imports nothing of ours.
"""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
from threading import Thread
from typing import Any

STOP_TIMEOUT_S = 10


def keep(folder: str) -> None:
    """Run what our input says until that or the input ends; then neither it nor the folder is there any more."""
    try:
        if task := sys.stdin.readline():
            run(folder, **json.loads(task))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(folder: str, command: list[str], user: str | None, stop_signal: int) -> None:
    program = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, start_new_session=True, **identity(user))
    Thread(target=stop_at_end_of_input, args=(program, stop_signal), daemon=True).start()
    program.wait()


def identity(user: str | None) -> dict[str, Any]:
    """What ``Popen`` needs to become that user, and to keep no group of ours."""
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}


def stop_at_end_of_input(program: subprocess.Popen[bytes], stop_signal: int) -> None:
    """Ask the program to end; insist when it does not, or when the last word on our input was to kill it."""
    last_word = sys.stdin.read()
    os.killpg(program.pid, signal.SIGKILL if last_word == "kill" else stop_signal)
    try:
        program.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        os.killpg(program.pid, signal.SIGKILL)


if __name__ == "__main__":
    keep(sys.argv[1])
