"""Point 6 of the protocol: the generation's row is locked before its image is read."""

import threading

import pytest
from django.db import connection, transaction

from generations import services
from generations.exceptions import GenerationNotFound
from generations.images.models import Image, StorageIntent
from generations.images.services import collect_due_intents
from generations.models import Generation, Status
from generations.worker import runner
from tests.claims import claim
from tests.factories import GenerationFactory, ImageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def finished(provider):
    generation = GenerationFactory()
    runner.run("generations")
    generation.refresh_from_db()
    assert generation.status == Status.SUCCESS
    return generation


def delete(generation):
    services.delete_generation(generation.project, str(generation.pk))


def test_the_row_goes_at_once_and_its_image_with_it(finished, files):
    delete(finished)
    assert not Generation.objects.exists()
    assert not Image.objects.exists()
    collect_due_intents()
    assert files() == []
    assert not StorageIntent.objects.exists()


def test_an_image_with_an_alias_stays_without_its_generation(finished, files):
    Image.objects.update(alias="@hero")
    key = finished.output_image.key
    delete(finished)
    collect_due_intents()
    assert not Generation.objects.exists()
    assert Image.objects.get().alias == "@hero"
    assert files() == [key]


def test_another_projects_generation_is_not_found_and_stays(finished):
    with pytest.raises(GenerationNotFound):
        services.delete_generation(GenerationFactory().project, str(finished.pk))
    assert Generation.objects.filter(pk=finished.pk).exists()
    assert Image.objects.count() == 1


def test_deleting_twice_is_not_found(finished):
    delete(finished)
    with pytest.raises(GenerationNotFound):
        delete(finished)


def test_a_worker_whose_row_is_deleted_meanwhile_throws_its_image_away(provider, files):
    generation = GenerationFactory()
    paint = provider.answer

    def delete_then_paint(request):
        delete(generation)
        return paint(request)

    provider.answer = staticmethod(delete_then_paint)
    runner.run("generations")
    assert not Generation.objects.exists()
    assert not Image.objects.exists()
    assert not StorageIntent.objects.exists()
    assert files() == []


@pytest.mark.django_db(transaction=True)
def test_a_deletion_waits_for_a_worker_that_is_finishing_and_takes_its_image_too():
    """Without the lock it reads "no image", then deletes the row under the image that has just been made."""
    generation = claim(GenerationFactory())
    deletion = threading.Thread(target=lambda: (delete(generation), connection.close()))
    with transaction.atomic():
        image = ImageFactory(project=generation.project)
        Generation.objects.finish(generation.claim, status=Status.SUCCESS, output_image=image.pk)
        deletion.start()
        deletion.join(0.5)
        assert deletion.is_alive()
    deletion.join(10)
    assert not Generation.objects.exists()
    assert not Image.objects.exists()
    assert StorageIntent.objects.get().key == image.key
