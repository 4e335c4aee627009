"""A disk that can be full: a small tmpfs where we may mount one, else a limit to the size of a worker's files."""

import os
import resource
import shutil
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.live.worker import Worker

SIZE_MB = 256
TOO_LITTLE_BYTES = 1024 * 1024
"""What is left of a full disk: a part of a picture goes in, and as a limit every log."""


class Disk(ABC):
    """Where the pictures go."""

    tells_its_room = True

    @abstractmethod
    def fill(self) -> None:
        """Leave room for less than a picture."""

    @abstractmethod
    def clear(self) -> None:
        """Make room again."""


class Tmpfs(Disk):
    """A disk of its own, filled by a file that is not a picture."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._filler = folder, folder / "filler"

    def fill(self) -> None:
        with self._filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(self._folder).free - TOO_LITTLE_BYTES)

    def clear(self) -> None:
        self._filler.unlink()


class SizeLimit(Disk):
    """The same error in the middle of a write, for one worker."""

    tells_its_room = False

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def fill(self) -> None:
        self._limit(TOO_LITTLE_BYTES)

    def clear(self) -> None:
        self._limit(resource.RLIM_INFINITY)

    def _limit(self, size: int) -> None:
        for pid in (self._worker.pid, *self._worker.children):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@contextmanager
def disk_at(folder: Path, worker: Worker) -> Iterator[Disk]:
    """A disk for this folder, for the length of the block."""
    folder.mkdir(parents=True, exist_ok=True)
    if not mount(folder, size_mb=SIZE_MB):
        yield SizeLimit(worker)
        return
    try:
        yield Tmpfs(folder)
    finally:
        unmount(folder)


def may_mount(folder: Path) -> bool:
    """Whether this process may mount a disk at all."""
    folder.mkdir(parents=True, exist_ok=True)
    mounted = mount(folder, size_mb=1)
    if mounted:
        unmount(folder)
    return mounted


def mount(folder: Path, *, size_mb: int, mode: str = "0755") -> bool:
    """Lay a disk of that size over the folder; False where we may not."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m,mode={mode}", "easel-drill", str(folder)]
    return not os.geteuid() and not subprocess.run(command, check=False, capture_output=True).returncode


def unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
