"""What the admin shows of providers: each try of an attempt, and the choice of a project."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generations.models import Outcome
from projects.models import Project
from tests.admin.pages import LIST, text
from tests.factories import AttemptFactory, GenerationFactory, ProjectFactory

PROJECTS = "/admin/projects/project/"


@pytest.fixture(autouse=True)
def providers(settings):
    settings.IMAGE_PROVIDERS = {
        "openai": {"BACKEND": "tests.providers.Painter"},
        "localai": {"BACKEND": "tests.providers.Spare"},
        "default": {"BACKEND": "tests.providers.Painter"},
    }
    settings.IMAGE_PROVIDER_CHAIN = ["openai", "localai"]


def test_the_timeline_tells_each_try(boss):
    began = timezone.now().replace(microsecond=0)
    tries = [
        {
            "alias": "openai",
            "provider": "openai",
            "model": "gpt-image-2.5",
            "started_at": began.isoformat(),
            "duration_ms": 1200,
            "error_code": "PROVIDER_RATE_LIMITED",
            "retryable": True,
            "message": "The image service is <busy>.",
        },
        {
            "alias": "localai",
            "provider": "openai",
            "model": "sd-3",
            "started_at": (began + timedelta(seconds=2)).isoformat(),
            "duration_ms": 8000,
            "error_code": "CONTENT_BLOCKED",
            "retryable": False,
            "message": "Refused.",
        },
    ]
    generation = GenerationFactory(failed=True)
    AttemptFactory(
        generation=generation,
        number=1,
        outcome=Outcome.FAILED,
        error_code="CONTENT_BLOCKED",
        error_message="Refused.",
        tries=tries,
    )
    seen = text(boss.get(f"{LIST}{generation.pk}/change/"))
    assert "Refused. CONTENT_BLOCKED" in seen
    first = f"openai · gpt-image-2.5 · {began:%H:%M:%S} · 1.2 s PROVIDER_RATE_LIMITED (may pass)"
    second = f"openai (localai) · sd-3 · {began + timedelta(seconds=2):%H:%M:%S} · 8.0 s CONTENT_BLOCKED (lasting)"
    assert f"{first} The image service is <busy>. {second} Refused." in seen


def form(project, **changes):
    return {"name": project.name, "is_active": "on", "image_provider": project.image_provider} | changes


def options(page) -> list[str]:
    select = page.split('name="image_provider"')[1].split("</select>")[0]
    return [part.split('"')[1] for part in select.split("<option ")[1:]]


def test_a_project_can_be_given_its_own_provider(boss):
    project = ProjectFactory()
    page = boss.get(f"{PROJECTS}{project.pk}/change/").content.decode()
    assert options(page) == ["", "openai", "localai"]
    assert "The usual chain: openai, localai" in page
    assert boss.post(f"{PROJECTS}{project.pk}/change/", form(project, image_provider="localai")).status_code == 302
    assert Project.objects.get().image_provider == "localai"
    boss.post(f"{PROJECTS}{project.pk}/change/", form(project, image_provider=""))
    assert Project.objects.get().image_provider == ""


def test_a_provider_that_is_not_configured_is_refused(boss):
    project = ProjectFactory()
    answer = boss.post(f"{PROJECTS}{project.pk}/change/", form(project, image_provider="nobody"))
    assert "nobody is not one of the available choices" in text(answer)
    assert Project.objects.get().image_provider == ""


def test_one_that_is_configured_no_more_is_named_and_kept(boss):
    project = ProjectFactory(image_provider="gone")
    assert "gone (not configured any more)" in text(boss.get(f"{PROJECTS}{project.pk}/change/"))
    boss.post(f"{PROJECTS}{project.pk}/change/", form(project, name="New name"))
    assert (Project.objects.get().name, Project.objects.get().image_provider) == ("New name", "gone")
