"""A wrong clock for the processes that get this environment, by libfaketime."""

from contextlib import suppress
from importlib.metadata import distribution
from pathlib import Path

LIBRARY = distribution("libfaketime").locate_file("libfaketime/vendor/libfaketime/src/libfaketime.so.1")
TRACES = ("faketime_shm_*", "sem.faketime_sem_*")


def wrong_clock(off: str) -> dict[str, str]:
    """``+2h`` or ``-2h``; only what tells the date is wrong, not what measures how long something took."""
    return {
        "LD_PRELOAD": str(LIBRARY),
        "FAKETIME": off,
        "DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
        # Its cure for a glibc of long ago lets every wait for a lock return at once, and a third of a core is lost.
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",
    }


def remove_traces() -> None:
    """Shared memory outlives a process that is killed: remove that of those which are no more."""
    for trace in (path for pattern in TRACES for path in Path("/dev/shm").glob(pattern)):
        if not Path(f"/proc/{trace.name.rpartition('_')[2]}").exists():
            with suppress(FileNotFoundError):
                trace.unlink()
