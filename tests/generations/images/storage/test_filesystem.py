"""A picture outlives a power cut: the disk has said that it has it before the row says so."""

import errno
import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from generations.images.models import Image, StorageIntent
from generations.images.storage.filesystem import DurableFileSystemStorage, sync
from generations.models import Generation, Status
from generations.worker import runner
from tests.factories import GenerationFactory
from tests.generations.conftest import provider

__all__ = ["provider"]

KEY = "house/project/generated/image.png"


@pytest.fixture
def storage(tmp_path):
    return DurableFileSystemStorage(tmp_path / "media", allow_overwrite=True)


@pytest.fixture
def synced(monkeypatch):
    """What was synchronised, in order, with its size at that time; and what else the test wants to know then."""
    seen = []
    fsync = os.fsync

    def remember(descriptor):
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        seen.append((path, path.stat().st_size if path.is_file() else None))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", remember)
    return seen


def refuse_folders(number, monkeypatch):
    fsync = os.fsync

    def refuse(descriptor):
        if Path(f"/proc/self/fd/{descriptor}").readlink().is_dir():
            raise OSError(number, os.strerror(number))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", refuse)


def test_the_whole_file_is_synchronised_and_then_the_folders_that_lead_to_it(storage, synced, tmp_path):
    storage.save(KEY, ContentFile(bytes(100_000)))
    file = tmp_path / "media" / KEY
    assert synced == [(file, 100_000)] + [(folder, None) for folder in list(file.parents)[:4]]
    assert synced[-1] == (tmp_path / "media", None)


def test_a_folder_that_cannot_be_synchronised_is_no_reason_to_refuse(storage, monkeypatch):
    refuse_folders(errno.EINVAL, monkeypatch)
    assert storage.save(KEY, ContentFile(b"pixels")) == KEY


def test_a_disk_that_fails_is_one(storage, monkeypatch):
    refuse_folders(errno.EIO, monkeypatch)
    with pytest.raises(OSError, match="Input/output error"):
        storage.save(KEY, ContentFile(b"pixels"))


class HalfAFile(ContentFile):
    """The disk is full before its end."""

    def chunks(self, chunk_size=None):
        yield b"half"
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_keeps_no_half_of_a_file(storage, tmp_path):
    with pytest.raises(OSError, match="No space left"):
        storage.save(KEY, HalfAFile(b"half a file"))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_disk_that_cannot_say_that_it_has_a_file_keeps_none(storage, tmp_path, monkeypatch):
    refuse_folders(errno.ENOSPC, monkeypatch)
    with pytest.raises(OSError, match="No space left"):
        storage.save(KEY, ContentFile(b"pixels"))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_no_descriptor_is_left_open(storage):
    before = len(list(Path("/proc/self/fd").iterdir()))
    storage.save(KEY, ContentFile(b"pixels"))
    with pytest.raises(FileNotFoundError):
        sync(Path("/nowhere"))
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.django_db
def test_a_worker_waits_for_the_disk_before_it_ends_the_attempt(provider, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    seen = []
    monkeypatch.setattr(
        os, "fsync", lambda descriptor: seen.append((Image.objects.count(), StorageIntent.objects.count()))
    )
    GenerationFactory()
    runner.run("generations")
    assert seen == [(0, 1)] * 5
    assert Generation.objects.get().status == Status.SUCCESS
