"""manage.py doctor --repair: what it can mend is mended, what it cannot is said, and a second run has nothing to do."""

import json
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db.models.functions import Now
from django.utils import timezone

from generations.images.models import Image, StorageIntent
from generations.models import AbandonedClaim, Generation, Status
from generations.monitoring import consistency
from tests.factories import GenerationFactory, ImageFactory
from tests.generations.monitoring.test_consistency import (
    WRONG_ROWS,
    ago,
    examine,
    finished,
    soil,
    storage,
    turned_picture,
)

__all__ = ["storage"]

pytestmark = pytest.mark.django_db(transaction=True)

LEFT_TO_PEOPLE = {"has a status that does not exist"}
KEY = "acme/0b6d1f4e-8a27-4a55-9d5c-16a2c1f0a001/generated/0b6d1f4e-8a27-4a55-9d5c-16a2c1f0a002.png"


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(consistency, "LOOK_AGAIN_AFTER_S", (0, 0))


@pytest.fixture
def repair(capsys):
    def run():
        """The lines that it prints, and how it ends."""
        capsys.readouterr()
        try:
            call_command("doctor", "--repair")
        except CommandError as error:
            return capsys.readouterr().out.splitlines(), str(error)
        return capsys.readouterr().out.splitlines(), ""

    return run


def test_programs_are_answered_with_one_object(capsys, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    assert_answer(capsys, healthy=True, findings=[])
    lost = ImageFactory(file=True)
    sentence = f"Image {lost.pk} was generated, has no alias, and no generation."
    did = "its row is deleted, and its object is on the list of what workers delete"
    assert_answer(capsys, healthy=False, findings=[{"finding": sentence, "repaired": None, "notRepaired": None}])
    repaired = [{"finding": sentence, "repaired": did, "notRepaired": None}]
    assert_answer(capsys, "--repair", healthy=True, findings=repaired)


def assert_answer(capsys, *options, **expected):
    with suppress(CommandError):
        call_command("doctor", "--json", *options)
    assert json.loads(capsys.readouterr().out) == {"notKnown": [], **expected}


def assert_mended(repair, *, lines):
    said, error = repair()
    assert (len(said), error) == (2 * lines + 1, "")
    assert all(line.startswith("  Repaired: ") for line in said[1:-1:2])
    assert said[-1] == f"Repaired: {lines}."
    assert repair() == (["Healthy: rows, images, objects and intents agree."], "")


@pytest.mark.parametrize(("made", "soiled", "sentence"), [row for row in WRONG_ROWS if row[2] not in LEFT_TO_PEOPLE])
def test_a_row_in_a_wrong_state_is_mended(repair, made, soiled, sentence):
    generation = GenerationFactory(**made, **({"output_image__file": True} if "success" in made else {}))
    soil(generation, **soiled)
    said, error = repair()
    assert (said[0], error) == (f"Generation {generation.pk} {sentence}.", "")
    assert examine() == []
    assert repair()[0] == ["Healthy: rows, images, objects and intents agree."]


def test_an_image_of_nobody_goes_with_its_object(repair, storage):
    image = ImageFactory(file=True)
    assert_mended(repair, lines=1)
    assert not Image.objects.exists()
    assert StorageIntent.objects.get().key == image.key  # a worker deletes the object


def test_an_object_of_nobody_is_deleted(repair, storage):
    kept = finished().output_image
    storage.save(KEY, ContentFile(b"pixels"))
    assert_mended(repair, lines=1)
    assert not storage.exists(KEY)
    assert storage.exists(kept.key)
    assert not StorageIntent.objects.exists()


@pytest.mark.parametrize("key", ["notes.txt", "acme/lost/généré 1.png", "backup/2026/generated/1.png"])
def test_but_nothing_that_is_not_called_as_ours_are(repair, storage, key):
    storage.save(key, ContentFile(b"somebody's"))
    said, error = repair()
    assert said[1].startswith("  Not repaired: it is not called as Easel's objects are")
    assert error == "1 finding."
    assert storage.exists(key)


def test_an_intent_beside_its_image_goes_and_the_object_stays(repair, storage):
    key = finished().output_image.key
    StorageIntent.objects.create(key=key, collect_at=timezone.now() + timedelta(minutes=5))
    assert_mended(repair, lines=1)
    assert storage.exists(key)


@pytest.mark.parametrize(
    "left", [{"collect_at": ago(150)}, {"created_at": ago(3 * 24 * 3600), "doomed_at": ago(0), "collect_at": ago(0)}]
)
def test_an_intent_that_nobody_ends_is_ended(repair, storage, left):
    storage.save(KEY, ContentFile(b"pixels"))
    StorageIntent.objects.create(key=KEY, **left)
    assert_mended(repair, lines=1)
    assert not storage.exists(KEY)


def test_a_claim_that_nobody_can_hold_any_more_goes(repair, project):
    AbandonedClaim.objects.create(
        project=project, generation_id=project.pk, attempt=1, lease_until=ago(7200), abandoned_at=ago(7300)
    )
    assert_mended(repair, lines=1)


def test_the_size_of_a_turned_picture_is_written(repair, storage):
    image = turned_picture()
    assert_mended(repair, lines=1)
    image.refresh_from_db()
    assert (image.width, image.height) == (60, 90)


def test_what_only_people_can_decide_is_said_and_left(repair):
    lost, strange, broken = finished(), GenerationFactory(failed=True), finished()
    soil(lost, output_image=None)
    soil(strange, status="done")
    default_storage.delete(broken.output_image.key)
    Image.objects.filter(pk=lost.output_image_id).update(alias="@kept")
    before = list(Generation.objects.order_by("pk").values())
    for _ in range(2):
        said, error = repair()
        assert error == "3 findings."
        assert [line[:16] for line in said[1::2]] == ["  Not repaired: "] * 3
    assert list(Generation.objects.order_by("pk").values()) == before


def test_what_has_moved_on_meanwhile_is_left_alone():
    generation = GenerationFactory()
    soil(generation, lease_until=ago(0))
    (finding,) = consistency.examine()
    Generation.objects.filter(pk=generation.pk).update(
        status=Status.PROCESSING, attempt=1, started_at=Now(), lease_until=Now() + timedelta(seconds=15)
    )
    before = Generation.objects.values().get()
    assert finding.repair() is None
    assert Generation.objects.values().get() == before


def test_an_image_that_got_an_alias_meanwhile_stays(storage):
    image = ImageFactory(file=True)
    (finding,) = consistency.examine()
    Image.objects.filter(pk=image.pk).update(alias="@kept")
    assert finding.repair() is None
    assert storage.exists(image.key)


def test_without_the_word_nothing_is_changed():
    soil(GenerationFactory(failed=True), error_message="")
    before = Generation.objects.values().get()
    with pytest.raises(CommandError, match=r"^1 finding\.$"):
        call_command("doctor")
    assert Generation.objects.values().get() == before
