"""Where the storm's folder is, and the step at which a process may be told to die or to stand still."""

import os
import signal
from pathlib import Path

from billiard import active_children

from tests.storm.journal import Journal
from tests.storm.script import Script, load

journal = Journal(Path(os.environ["STORM_FOLDER"]))
SIGNALS = {"die": signal.SIGKILL, "pause": signal.SIGSTOP}


def script_of(job: int) -> Script:
    return load(journal.folder / "scripts")[job]


def step(name: str) -> None:
    """Carry out what is ordered here, if anything is."""
    if action := journal.take_order(name):
        if action == "die":
            # Linux kills a worker's children with it: Celery asks it to, by PR_SET_PDEATHSIG.
            for child in active_children():
                journal.note("dies with it", child.pid)
        journal.note(action, name)
        os.kill(os.getpid(), SIGNALS[action])
