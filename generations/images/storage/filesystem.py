"""Pictures on the local disk, as durable as the rows that name them."""

import errno
import os
from pathlib import Path
from typing import IO, Any, BinaryIO

from django.core.files.storage import FileSystemStorage

from generations.images.ranges import Part

# Some file systems have no fsync for folders; PostgreSQL lets these two pass as well.
NOT_FOR_FOLDERS = {errno.EBADF, errno.EINVAL}


class DurableFileSystemStorage(FileSystemStorage):
    """Returns from ``save`` once the disk has the file and its name: no power cut leaves a row without its picture.

    What a full disk took of a file goes at once, for its room is wanted. Names are never used twice.
    """

    def save(self, name: str | None, content: IO[Any], max_length: int | None = None) -> str:
        try:
            return self._save_durably(name, content, max_length)
        except OSError:
            if name:
                self.delete(name)
            raise

    def open_part(self, name: str, part: Part | None) -> BinaryIO:
        """The file, to be read from the part's first byte on; FileNotFoundError where there is none."""
        file = Path(self.path(name)).open("rb")  # noqa: SIM115 — whoever has sent it closes it
        if part:
            file.seek(part.start)
        return file

    def _save_durably(self, name: str | None, content: IO[Any], max_length: int | None) -> str:
        saved = super().save(name, content, max_length)
        file = Path(self.path(saved))
        sync(file)
        for folder in file.parents:
            sync_folder(folder)
            if folder == Path(self.location):
                break
        return saved


def sync(path: Path) -> None:
    """Wait until the disk has it; OSError where it cannot say so."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    try:
        sync(folder)
    except OSError as error:
        if error.errno not in NOT_FOR_FOLDERS:
            raise
