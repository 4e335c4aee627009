"""The steps and pauses that a storm puts into the product are where the product passes by; modules move."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from generations import services
from generations.images import services as images
from generations.images.models import StorageIntent
from generations.models import Generation
from generations.services import lifecycle
from generations.worker import background, maintenance
from tests.factories import GenerationFactory

LONG_AGO = timezone.now() - timedelta(hours=1)


@pytest.fixture
def passed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The names of the steps, as they are come by; what is installed goes again."""
    monkeypatch.setenv("STORM_FOLDER", str(tmp_path))
    from tests.storm.inside import steps

    seen: list[str] = []
    for owner, name in [
        (lifecycle, "notify"),
        (maintenance, "announce"),
        (background, "Bell"),
        (images, "collect_intent"),
    ]:
        monkeypatch.setattr(owner, name, getattr(owner, name))
    monkeypatch.setattr(steps, "step", seen.append)
    monkeypatch.setattr(steps, "step_of_relay", seen.append)
    monkeypatch.setattr("time.sleep", lambda seconds: seen.append("paused"))
    steps.install()
    return seen


def test_a_relay_comes_by_each_of_its_steps(transactional_db, redis_url, passed, monkeypatch):
    duties: list[tuple] = []
    monkeypatch.setattr(background, "partial", lambda *duty: duties.append(duty))
    background.Relay()
    (bell,) = (bell for duty, bell in duties if duty is maintenance.ring_due)
    GenerationFactory(ring_at=LONG_AGO)
    assert maintenance.ring_due(bell) == 1
    assert passed == ["before ringing"]
    bell.close()
    GenerationFactory(processing=True, lease_until=LONG_AGO)
    assert maintenance.free_stalled() == 1
    assert passed[1:] == ["after freeing"]
    StorageIntent.objects.create(key="doomed.png", collect_at=LONG_AGO)
    images.collect_due_intents()
    assert passed[2:] == ["before deleting"]


def test_a_deletion_pauses_between_what_it_reads_and_what_it_deletes(db, passed):
    generation = GenerationFactory(success=True)
    services.delete_generation(generation.project, str(generation.pk))
    assert passed == ["paused"]
    assert not Generation.objects.exists()
