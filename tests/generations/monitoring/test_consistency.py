"""manage.py doctor: silent where all is well, one plain sentence for each thing that is not."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.settings.storages import image_storage
from generations import services
from generations.images.models import Image, StorageIntent
from generations.models import Generation, Status
from generations.monitoring import consistency
from tests.corpus.originals import orientation, scene
from tests.corpus.pillow import saved
from tests.factories import GenerationFactory, ImageFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(consistency, "LOOK_AGAIN_AFTER_S", (0, 0))


@pytest.fixture(params=["disk", "s3"])
def storage(request, settings):
    """Each kind of storage in turn."""
    if request.param == "s3":
        url = request.getfixturevalue("s3_bucket").storage_url
        settings.STORAGES = {**settings.STORAGES, "default": image_storage(url, cache_control="")}
    return default_storage


def examine(**options) -> list[str]:
    return [finding.sentence for finding in consistency.examine(**options)]


def finished(**fields):
    """A generation that succeeded, its picture stored."""
    return GenerationFactory(success=True, output_image__file=True, **fields)


def soil(generation: Generation, **fields) -> None:
    Generation.objects.filter(pk=generation.pk).update(**fields)


def ago(seconds: float):
    return timezone.now() - timedelta(seconds=seconds)


def test_a_healthy_system_has_no_findings(storage, capsys):
    finished()
    finished(trashed=True)
    GenerationFactory()
    GenerationFactory(processing=True)
    GenerationFactory(failed=True)
    ImageFactory(file=True, alias="@logo")
    ImageFactory(file=True, source="uploaded")
    assert examine() == examine(quick=True) == []
    call_command("doctor")
    assert capsys.readouterr().out == "Healthy: rows, images, objects and intents agree.\n"


WRONG_ROWS = [
    ({}, {"lease_until": ago(0)}, "is pending and yet holds a lease"),
    ({}, {"attempt": 32_000}, "waits, and has been tried too often for a worker to take it"),
    ({"processing": True}, {"lease_until": None}, "is processing without a lease"),
    ({"processing": True}, {"attempt": 0}, "is processing without an attempt"),
    ({"processing": True}, {"started_at": None}, "is processing without an attempt"),
    (
        {"processing": True},
        {"lease_until": ago(180)},
        "is processing with a lease that ran out long ago, and no worker frees it",
    ),
    ({"success": True}, {"processing_time_ms": None}, "succeeded without a processing time"),
    ({"success": True}, {"finished_at": None}, "has ended without saying when"),
    ({"success": True}, {"lease_until": ago(0)}, "has ended and yet holds a lease"),
    ({"failed": True}, {"error_message": ""}, "failed without a message"),
    ({"failed": True}, {"finished_at": None}, "has ended without saying when"),
    ({"failed": True}, {"status": "done"}, "has a status that does not exist"),
]


@pytest.mark.parametrize(("made", "soiled", "sentence"), WRONG_ROWS)
def test_a_row_in_a_wrong_state_is_found(made, soiled, sentence):
    generation = GenerationFactory(**made, **({"output_image__file": True} if "success" in made else {}))
    assert examine() == []
    soil(generation, **soiled)
    assert examine() == [f"Generation {generation.pk} {sentence}."]


def test_a_lease_that_ran_out_just_now_is_the_relays_business():
    soil(GenerationFactory(processing=True), lease_until=ago(30))
    assert examine() == []


def test_success_without_its_image_is_found():
    generation = finished()
    image = generation.output_image
    soil(generation, output_image=None)
    assert examine() == [
        f"Generation {generation.pk} succeeded without an image.",
        f"Image {image.pk} was generated, has no alias, and no generation.",
    ]


def test_an_image_of_what_did_not_succeed_is_found():
    generation = finished()
    soil(generation, status=Status.FAILED, error_message="No.")
    assert examine() == [f"Generation {generation.pk} has an image and yet did not succeed."]


def test_an_image_of_another_project_is_found():
    generation, image = finished(), ImageFactory(file=True, alias="@theirs")
    soil(generation, output_image=image)
    assert f"Generation {generation.pk} succeeded with another project's image." in examine()


@pytest.mark.parametrize("quick", [False, True])
def test_an_image_without_its_object_is_found(storage, quick):
    image = finished().output_image
    storage.delete(image.key)
    assert examine(quick=quick) == [f"Image {image.pk} has no object: {image.key}."]


@pytest.mark.parametrize("quick", [False, True])
def test_an_object_of_another_size_is_found(storage, quick):
    image = finished().output_image
    storage.delete(image.key)
    storage.save(image.key, ContentFile(b"pix"))
    assert examine(quick=quick) == [f"Image {image.pk} has an object of 3 bytes instead of 6: {image.key}."]


def test_changed_bytes_are_found_unless_in_a_hurry(storage):
    image = finished().output_image
    storage.delete(image.key)
    storage.save(image.key, ContentFile(b"PIXELS"))
    assert examine() == [f"Image {image.pk} has an object of another SHA-256: {image.key}."]
    assert examine(quick=True) == []


def turned_picture():
    """As older versions kept it: with the size in which its pixels are stored."""
    content = saved(scene(), "JPEG", exif=orientation(6))
    image = ImageFactory(
        alias="@turned", width=90, height=60, file_size=len(content), sha256=sha256(content).hexdigest()
    )
    default_storage.save(image.key, ContentFile(content))
    return image


def test_a_size_that_is_not_the_one_shown_is_found_unless_in_a_hurry(storage):
    image = turned_picture()
    assert examine() == [f"Image {image.pk} is told as 90 × 60 and shown as 60 × 90: {image.key}."]
    assert examine(quick=True) == []


def test_an_object_without_a_row_is_found(storage):
    finished()
    storage.save("acme/lost/généré 1.png", ContentFile(b"pixels"))
    assert examine() == ["Object acme/lost/généré 1.png belongs to no image and to no write or deletion under way."]


def test_writes_and_deletions_under_way_account_for_their_objects(storage):
    for key, doomed_at in (("being-written.png", None), ("being-deleted.png", timezone.now())):
        storage.save(key, ContentFile(b"pixels"))
        StorageIntent.objects.create(key=key, collect_at=timezone.now(), doomed_at=doomed_at)
    assert examine() == []


def test_a_second_deletion_tomorrow_is_no_finding():
    StorageIntent.objects.create(
        key="late.png", doomed_at=timezone.now(), collect_at=timezone.now() + timedelta(days=1), delete_again=False
    )
    assert examine() == []


def test_an_intent_that_nobody_collects_is_found():
    StorageIntent.objects.create(key="forgotten.png", collect_at=ago(150))
    assert examine() == ["Intent for forgotten.png is overdue, and no worker collects it."]


def test_a_deletion_that_never_succeeds_is_found():
    StorageIntent.objects.create(
        key="stuck.png", created_at=ago(3 * 24 * 3600), doomed_at=ago(0), collect_at=timezone.now()
    )
    assert examine() == ["Intent for stuck.png cannot be brought to its end."]


def test_an_intent_beside_its_image_is_found():
    key = finished().output_image.key
    StorageIntent.objects.create(key=key, collect_at=timezone.now())
    assert examine() == [f"Intent for {key} stands beside its image."]


def test_a_generated_image_that_outlived_its_generation_is_found_unless_it_has_an_alias():
    generation = finished()
    image = generation.output_image
    Image.objects.filter(pk=image.pk).update(alias="@kept")
    services.purge_generation(generation)
    assert examine() == []
    Image.objects.filter(pk=image.pk).update(alias=None)
    assert examine() == [f"Image {image.pk} was generated, has no alias, and no generation."]


def test_what_is_deleted_while_the_doctor_looks_is_no_finding(monkeypatch):
    """The object is listed, then its rows go, and only then are they looked for."""
    generation = finished()
    look = consistency.unaccounted

    def unaccounted(keys):
        keys = list(keys)
        if Generation.objects.exists():
            services.purge_generation(generation)
            StorageIntent.objects.all().delete()
            default_storage.delete(generation.output_image.key)
        return look(keys)

    monkeypatch.setattr(consistency, "unaccounted", unaccounted)
    assert examine() == []
    assert not Generation.objects.exists()


def test_an_image_that_is_deleted_while_the_doctor_looks_is_no_finding(monkeypatch):
    generation = finished()
    look = consistency.problem_of

    def problem_of(image, *args, **kwargs):
        default_storage.delete(image.key)
        Generation.objects.all().delete()
        Image.objects.all().delete()
        return look(image, *args, **kwargs)

    monkeypatch.setattr(consistency, "problem_of", problem_of)
    assert examine() == []
    assert not Image.objects.filter(pk=generation.output_image_id).exists()


def test_the_command_prints_each_finding_and_fails(capsys):
    generation, other = GenerationFactory(failed=True), GenerationFactory()
    soil(generation, error_message="")
    soil(other, lease_until=ago(0))
    with pytest.raises(CommandError, match=r"^2 findings\.$") as refusal:
        call_command("doctor")
    assert refusal.value.returncode == 1
    assert capsys.readouterr().out.splitlines() == [
        f"Generation {other.pk} is pending and yet holds a lease.",
        f"Generation {generation.pk} failed without a message.",
    ]


def test_the_command_says_so_when_it_could_not_look_at_all(settings, tcp_blackhole):
    url = "s3://key:secret@bucket?endpoint=http://127.0.0.1:1"
    settings.STORAGES = {**settings.STORAGES, "default": image_storage(url, cache_control="")}
    with pytest.raises(CommandError, match=r"^Not examined to the end: EndpointConnectionError\.$") as refusal:
        call_command("doctor", "--quick")
    assert refusal.value.returncode == 2


def test_many_objects_are_asked_for_in_batches(monkeypatch):
    monkeypatch.setattr(consistency, "BATCH", 5)
    for _ in range(12):
        ImageFactory(file=True, source="uploaded")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert list(consistency.examine_objects(consistency.open_shelf())) == []
    assert len(queries) == 3 * 2


def test_a_large_object_is_read_in_pieces(storage, monkeypatch):
    monkeypatch.setattr("generations.images.storage.inventory.CHUNK_BYTES", 1000)
    storage.save("large.png", ContentFile(b"x" * 4500))
    assert [len(chunk) for chunk in consistency.open_shelf().read("large.png")] == [1000, 1000, 1000, 1000, 500]
