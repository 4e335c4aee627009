"""Where the storm's folder is, and the step at which a process may be told to die or to stand still."""

import os
import signal
from pathlib import Path

from tests.storm.journal import Journal
from tests.storm.script import Script, load

journal = Journal(Path(os.environ["STORM_FOLDER"]))
SIGNALS = {"die": signal.SIGKILL, "pause": signal.SIGSTOP}


def script_of(job: int) -> Script:
    return load(journal.folder / "scripts")[job]


def step(name: str) -> None:
    """Carry out what is ordered here, if anything is."""
    if action := journal.take_order(name):
        journal.note(action, name)
        os.kill(os.getpid(), SIGNALS[action])
