"""Point 5 of the protocol: no file without a note of it, no row without its file."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import transaction
from django.db.models.functions import Now

from generations.images.inspection import inspect_picture
from generations.images.models import Image, StorageIntent
from generations.images.services import (
    IntentLost,
    StorageError,
    adopt_image,
    announce_image,
    collect_due_intents,
    delete_image,
    discard_image,
    new_image,
    write_image,
)
from tests.factories import ProjectFactory
from tests.providers import png

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return ProjectFactory()


@pytest.fixture
def picture():
    return inspect_picture(png())


def store_image(project, picture):
    image = new_image(project, picture)
    announce_image(image)
    write_image(image, picture)
    return image


def overdue():
    StorageIntent.objects.update(collect_at=Now() - timedelta(seconds=1))


@pytest.mark.django_db(transaction=True)
def test_the_intent_is_committed_before_the_file_is_written(project, picture, monkeypatch, elsewhere):
    seen = []
    save = FileSystemStorage.save

    def look_first(self, name, content, max_length=None):
        seen.append(elsewhere("SELECT key FROM images_storageintent WHERE doomed_at IS NULL"))
        return save(self, name, content, max_length)

    monkeypatch.setattr(FileSystemStorage, "save", look_first)
    image = store_image(project, picture)
    assert seen == [[(image.key,)]]


def test_a_file_lies_where_the_contract_says(project, picture, files):
    image = store_image(project, picture)
    assert image.key == f"{project.organization.slug}/{project.pk}/generated/{image.pk}.png"
    assert files() == [image.key]


def test_two_attempts_never_share_a_name(project, picture):
    assert store_image(project, picture).key != store_image(project, picture).key


def test_adopting_puts_the_row_in_place_of_the_intent(project, picture):
    image = store_image(project, picture)
    adopt_image(image)
    assert not StorageIntent.objects.exists()
    stored = Image.objects.get()
    assert (stored.width, stored.height, stored.mime_type) == (8, 8, "image/png")
    assert (stored.file_size, stored.sha256) == (len(picture.content), picture.sha256)
    assert stored.source == "generated"


def test_an_image_whose_intent_was_given_up_cannot_be_adopted(project, picture):
    image = store_image(project, picture)
    StorageIntent.objects.update(doomed_at=Now())
    with pytest.raises(IntentLost), transaction.atomic():
        adopt_image(image)
    assert not Image.objects.exists()


def test_a_write_that_failed_leaves_its_intent_and_its_file_goes_with_it(project, picture, files, monkeypatch):
    def write_and_fail(self, name, content):
        FileSystemStorage._save(self, name, content)
        raise OSError("connection reset")

    class StoredButCutOff(FileSystemStorage):
        _save = write_and_fail

    monkeypatch.setattr(default_storage, "_wrapped", StoredButCutOff(allow_overwrite=True))
    with pytest.raises(StorageError):
        store_image(project, picture)
    assert StorageIntent.objects.live().count() == 1
    assert len(files()) == 1
    overdue()
    collect_due_intents()
    assert files() == []


def test_a_live_intent_is_left_alone_until_no_attempt_can_be_at_work_on_it(project, picture, files, settings):
    image = store_image(project, picture)
    assert collect_due_intents() == 0
    assert files() == [image.key]
    life = StorageIntent.objects.values_list("collect_at", flat=True).get() - StorageIntent.objects.get().created_at
    assert life.total_seconds() > settings.JOB_DEADLINE_S


@pytest.mark.django_db(transaction=True)
def test_an_intent_is_doomed_and_committed_before_its_file_is_deleted(project, picture, monkeypatch, elsewhere):
    store_image(project, picture)
    overdue()
    seen = []
    monkeypatch.setattr(
        FileSystemStorage,
        "delete",
        lambda self, name: seen.append(elsewhere("SELECT doomed_at IS NOT NULL FROM images_storageintent")),
    )
    collect_due_intents()
    assert seen == [[(True,)]]


def test_a_collected_write_is_deleted_again_a_day_later_for_a_put_still_in_flight(project, picture, files):
    image = store_image(project, picture)
    overdue()
    collect_due_intents()
    late = StorageIntent.objects.get()
    assert late.doomed_at is not None
    assert timedelta(hours=23) < late.collect_at - late.created_at < timedelta(hours=25)
    write_image(image, picture)
    assert files() == [image.key]
    overdue()
    collect_due_intents()
    assert files() == []
    assert not StorageIntent.objects.exists()


def test_a_deletion_the_storage_refuses_is_tried_again(project, picture, files, monkeypatch):
    image = store_image(project, picture)
    adopt_image(image)
    delete_image(image)
    with monkeypatch.context() as broken:

        def refuse(self, name):
            raise OSError("storage is down")

        broken.setattr(FileSystemStorage, "delete", refuse)
        assert collect_due_intents() == 0
    assert StorageIntent.objects.count() == 1
    overdue()
    assert collect_due_intents() == 1
    assert files() == []
    assert not StorageIntent.objects.exists()


def test_deleting_an_image_leaves_the_file_to_the_collector_after_the_commit(project, picture, files):
    image = store_image(project, picture)
    adopt_image(image)
    key = image.key
    delete_image(image)
    assert not Image.objects.exists()
    assert files() == [key]
    collect_due_intents()
    assert files() == []
    assert not StorageIntent.objects.exists()


def test_a_late_image_is_discarded_with_its_intent(project, picture, files):
    discard_image(store_image(project, picture))
    assert files() == []
    assert not StorageIntent.objects.exists()


def test_a_file_that_came_between_a_collectors_two_steps_keeps_its_intent(project, picture, files, monkeypatch):
    """The collector deletes, the late worker writes, sees that it is late, and dies before it has deleted its file."""
    image = new_image(project, picture)
    announce_image(image)
    overdue()
    delete = FileSystemStorage.delete

    def worker_dies(self, name):
        raise SystemExit

    def delete_and_then_the_worker_comes(self, name):
        delete(self, name)
        write_image(image, picture)
        monkeypatch.setattr(FileSystemStorage, "delete", worker_dies)
        with suppress(SystemExit):
            discard_image(image)
        monkeypatch.setattr(FileSystemStorage, "delete", delete)

    monkeypatch.setattr(FileSystemStorage, "delete", delete_and_then_the_worker_comes)
    collect_due_intents()
    assert files() == [image.key]
    assert StorageIntent.objects.get().key == image.key
    collect_due_intents()
    assert files() == []
    assert not StorageIntent.objects.exists()


def test_two_collectors_of_the_same_intent_are_one_deletion(project, picture, files, monkeypatch):
    """The second one began before the first had ended: a PUT in flight may come after both."""
    image = new_image(project, picture)
    announce_image(image)
    overdue()
    delete = FileSystemStorage.delete

    def delete_while_another_collects(self, name):
        monkeypatch.setattr(FileSystemStorage, "delete", delete)
        overdue()
        collect_due_intents()
        delete(self, name)

    monkeypatch.setattr(FileSystemStorage, "delete", delete_while_another_collects)
    collect_due_intents()
    write_image(image, picture)
    overdue()
    collect_due_intents()
    assert files() == []
    assert not StorageIntent.objects.exists()
