"""What an operator may do with a generation, and what it does to one that is not in the right state."""

import pytest
from django.db import IntegrityError
from django.db.models.functions import Now

from generations import services
from generations.images.models import Image, StorageIntent
from generations.images.services import set_image_alias
from generations.models import Generation, Status
from generations.services import creation
from tests.claims import claim
from tests.factories import GenerationFactory, ImageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    queues = []
    monkeypatch.setattr(creation.ringer, "ring_soon", queues.append)
    return queues


def reread(generation):
    return Generation.objects.get(pk=generation.pk)


def test_run_again_gives_a_failed_one_fresh_budgets_under_the_same_id(rung, django_capture_on_commit_callbacks):
    generation = GenerationFactory(failed=True, attempt=4, retries=3, deaths=2)
    with django_capture_on_commit_callbacks(execute=True):
        assert services.retry_generation(generation) is True
    again = reread(generation)
    assert (again.status, again.retries, again.deaths, again.error_message) == (Status.PENDING, 0, 0, "")
    assert (again.finished_at, again.error_code) == (None, "")
    assert rung == ["generations"]
    assert claim(generation).attempt == 5


@pytest.mark.parametrize("state", [{}, {"processing": True}, {"success": True}])
def test_run_again_leaves_one_that_has_not_failed_alone(state, rung):
    generation = GenerationFactory(**state)
    assert services.retry_generation(generation) is False
    assert reread(generation).status == generation.status
    assert rung == []


@pytest.mark.parametrize("state", [{}, {"processing": True}])
def test_fail_now_ends_what_waits_or_runs(state):
    generation = GenerationFactory(**state)
    assert services.fail_generation(generation) is True
    failed = reread(generation)
    assert (failed.status, failed.error_message, failed.lease_until) == (Status.FAILED, "Stopped by an operator.", None)
    assert failed.error_code == "CANCELED"
    assert failed.finished_at is not None


@pytest.mark.parametrize("state", [{"success": True}, {"failed": True}])
def test_fail_now_leaves_what_has_ended_alone(state):
    generation = GenerationFactory(**state)
    assert services.fail_generation(generation) is False
    assert reread(generation).status == generation.status


def test_what_was_stopped_while_it_ran_throws_its_image_away(provider, files):
    from generations.worker import runner

    generation = GenerationFactory()
    paint = provider.answer

    def be_stopped(request):
        services.fail_generation(generation)
        return paint(request)

    provider.answer = staticmethod(be_stopped)
    runner.run("generations")
    assert reread(generation).status == Status.FAILED
    assert files() == []
    assert not StorageIntent.objects.exists()


def test_trash_and_restore():
    generation = GenerationFactory()
    assert services.trash_generation(generation) is True
    assert services.trash_generation(generation) is False
    assert claim(generation) is None
    assert services.restore_generation(generation) is True
    assert services.restore_generation(generation) is False
    assert claim(generation) is not None


def test_delete_with_image_takes_everything_but_an_image_with_an_alias():
    plain, named = GenerationFactory(success=True), GenerationFactory(success=True, deleted_at=Now())
    set_image_alias(named.output_image, "@hero")
    assert services.purge_generation(plain) is True
    assert services.purge_generation(named) is True
    assert services.purge_generation(plain) is False
    assert list(Image.objects.values_list("alias", flat=True)) == ["@hero"]
    assert list(StorageIntent.objects.values_list("key", flat=True)) == [plain.output_image.key]


def test_an_alias_is_unique_in_its_project():
    image = ImageFactory(alias="@logo")
    ImageFactory(alias="@logo")
    with pytest.raises(IntegrityError):
        ImageFactory(project=image.project, alias="@logo")


@pytest.mark.parametrize("alias", ["logo", "@", "@with space", "@" + "a" * 50, "@ümlaut", "@a\n"])
def test_an_alias_has_its_shape_in_the_database_too(alias):
    with pytest.raises((IntegrityError, ValueError)) if len(alias) < 51 else pytest.raises(Exception, match="too long"):
        ImageFactory(alias=alias)


@pytest.mark.parametrize("alias", ["@a", "@logo_2-b", "@" + "a" * 49])
def test_an_alias_that_fits_is_kept(alias):
    assert ImageFactory(alias=alias).alias == alias
