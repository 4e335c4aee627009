"""A temporary folder, and what runs in it, that never outlives the test run."""

import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

KEEPER = Path(__file__).with_name("keeper.py")


class KeptFolder:
    """An empty folder that its keeper removes, after ending the program in it, when we say so or are no more."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="easel-test-"))
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - open for as long as the folder is there
        self._keeper = subprocess.Popen(
            [sys.executable, "-IS", KEEPER, self.path],
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=self._log,
            # Ctrl-C shall end the tests first: they still need their servers to tidy up.
            start_new_session=True,
        )

    def run(self, command: list[str], *, user: str | None, stop_signal: signal.Signals) -> None:
        """Start the one program of this folder, as another user if one is named."""
        assert self._keeper.stdin
        task = {"command": command, "user": user, "stop_signal": stop_signal}
        self._keeper.stdin.write(json.dumps(task).encode() + b"\n")
        self._keeper.stdin.flush()

    def is_gone(self) -> bool:
        """Tell whether the program ended by itself, which ends the folder too."""
        return self._keeper.poll() is not None

    def remove(self, *, kill: bool = False) -> str:
        """End the program, at once if it is to be killed, remove the folder, and return what the program has said."""
        self._keeper.communicate(b"kill" if kill else b"")
        with self._log as log:
            log.seek(0)
            return log.read().decode(errors="replace")
