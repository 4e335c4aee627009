"""What really lies in the storage, object by object, however many there are."""

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from django.core.files.storage import FileSystemStorage, default_storage

CHUNK_BYTES = 1024 * 1024


class Shelf(ABC):
    """The objects of a storage by their keys; an object that is not there raises FileNotFoundError."""

    @abstractmethod
    def keys(self) -> Iterator[str]:
        """Every object's key, in no order."""

    @abstractmethod
    def size(self, key: str) -> int:
        """Bytes of one object."""

    @abstractmethod
    def read(self, key: str) -> Iterator[bytes]:
        """One object, in chunks."""


class Folder(Shelf):
    """The local disk."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def keys(self) -> Iterator[str]:
        for folder, _, names in os.walk(self._root):
            for name in names:
                yield (Path(folder) / name).relative_to(self._root).as_posix()

    def size(self, key: str) -> int:
        return (self._root / key).stat().st_size

    def read(self, key: str) -> Iterator[bytes]:
        with (self._root / key).open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk


class Bucket(Shelf):
    """An S3 bucket, listed a page of 1,000 at a time."""

    def __init__(self, storage: Any) -> None:
        self._bucket = storage.bucket

    def keys(self) -> Iterator[str]:
        for summary in self._bucket.objects.all():
            yield summary.key

    def size(self, key: str) -> int:
        try:
            return int(self._bucket.Object(key).content_length)
        except ClientError as error:
            raise _unless_missing(error) from error

    def read(self, key: str) -> Iterator[bytes]:
        try:
            body = self._bucket.Object(key).get()["Body"]
        except ClientError as error:
            raise _unless_missing(error) from error
        with body:
            yield from body.iter_chunks(CHUNK_BYTES)


def _unless_missing(error: ClientError) -> Exception:
    return FileNotFoundError() if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404 else error


def open_shelf() -> Shelf:
    """The storage that the settings name."""
    if isinstance(default_storage, FileSystemStorage):
        return Folder(Path(default_storage.location))
    return Bucket(default_storage)
