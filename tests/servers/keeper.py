"""Runs one server for as long as the test run lives, then removes the server's folder.

A test run can end in ways that it cannot catch: kill -9, a closed terminal, a cancelled job. The keeper notices each of
them alike: its standard input, a pipe that only the test run holds open, comes to its end. The first line in the pipe
says what to run. This file is run as a script, so it imports nothing of ours.
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
    """Serve from ``folder`` as our input says, until the server or the input ends; then neither is there any more."""
    try:
        if task := sys.stdin.readline():
            serve(folder, **json.loads(task))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def serve(folder: str, command: list[str], user: str | None, stop_signal: int) -> None:
    server = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, start_new_session=True, **identity(user))
    Thread(target=stop_at_end_of_input, args=(server, stop_signal), daemon=True).start()
    server.wait()


def identity(user: str | None) -> dict[str, Any]:
    """What ``Popen`` needs to become that user, and to keep no group of ours."""
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}


def stop_at_end_of_input(server: subprocess.Popen[bytes], stop_signal: int) -> None:
    """Ask the server to end; insist when it does not, or when the last word on our input was to kill it."""
    last_word = sys.stdin.read()
    os.killpg(server.pid, signal.SIGKILL if last_word == "kill" else stop_signal)
    try:
        server.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)


if __name__ == "__main__":
    keep(sys.argv[1])
