"""Organizations and projects."""

from datetime import timedelta

import pytest
from django.utils import timezone

from projects.models import Organization, Project
from tests.admin.pages import text
from tests.factories import ApiKeyFactory, GenerationFactory, OrganizationFactory, ProjectFactory

ORGANIZATIONS, PROJECTS = "/admin/projects/organization/", "/admin/projects/project/"


def test_a_customer_is_made_in_two_forms(boss):
    boss.post(f"{ORGANIZATIONS}add/", {"name": "Northwind", "slug": "northwind"})
    organization = Organization.objects.get()
    form = {"organization": str(organization.pk), "name": "Shop", "slug": "shop", "is_active": "on"}
    boss.post(f"{PROJECTS}add/", form)
    project = Project.objects.get()
    assert (project.organization, project.name, project.slug, project.is_active) == (organization, "Shop", "shop", True)
    assert "already exists" in text(boss.post(f"{PROJECTS}add/", form))


def test_what_paths_are_made_of_stays(boss, project):
    boss.post(f"{ORGANIZATIONS}{project.organization_id}/change/", {"name": "New name", "slug": "new-slug"})
    other = OrganizationFactory()
    form = {"name": "New name", "slug": "new-slug", "organization": str(other.pk), "is_active": "on"}
    boss.post(f"{PROJECTS}{project.pk}/change/", form)
    after = Project.objects.select_related("organization").get(pk=project.pk)
    assert (after.name, after.organization.name) == ("New name", "New name")
    assert (after.slug, after.organization.slug) == (project.slug, project.organization.slug)
    assert after.organization_id == project.organization_id


def test_a_disabled_project_refuses_its_keys_at_once(boss, api, api_key):
    assert api.get("/api/v1/generations").status_code == 200
    boss.post(f"{PROJECTS}{api_key.project_id}/change/", {"name": "off"})
    assert api.get("/api/v1/generations").status_code == 401
    assert "disabled" in text(boss.get(PROJECTS))


@pytest.mark.parametrize("in_use", [ApiKeyFactory, GenerationFactory])
def test_only_what_nothing_refers_to_can_be_deleted(boss, in_use):
    used, unused = in_use().project, ProjectFactory()
    assert boss.post(f"{PROJECTS}{used.pk}/delete/", {"post": "yes"}).status_code == 403
    assert boss.post(f"{ORGANIZATIONS}{unused.organization_id}/delete/", {"post": "yes"}).status_code == 403
    assert boss.post(f"{PROJECTS}{unused.pk}/delete/", {"post": "yes"}).status_code == 302
    assert boss.post(f"{ORGANIZATIONS}{unused.organization_id}/delete/", {"post": "yes"}).status_code == 302
    assert Project.objects.get() == used
    assert Organization.objects.get() == used.organization


@pytest.mark.parametrize("path", [ORGANIZATIONS, PROJECTS])
def test_no_bulk_deletion(boss, project, path):
    assert "delete_selected" not in boss.get(path).content.decode()
    pk = project.pk if path == PROJECTS else project.organization_id
    boss.post(path, {"action": "delete_selected", "_selected_action": str(pk), "index": "0", "post": "yes"})
    assert Project.objects.get() == project


@pytest.mark.parametrize("rows", [1, 50])
def test_the_list_of_projects_costs_five_queries(boss, django_assert_num_queries, rows):
    ProjectFactory.create_batch(rows)
    session_user_count_full_count_rows = 5
    with django_assert_num_queries(session_user_count_full_count_rows):
        boss.get(PROJECTS)


def test_the_list_of_projects_shows_each_ones_place_in_the_queue(boss, project):
    Project.objects.update(max_concurrent=3, max_queued=0)
    GenerationFactory.create_batch(2, project=project, created_at=timezone.now() - timedelta(minutes=5))
    GenerationFactory(project=project, processing=True)
    GenerationFactory(project=project, trashed=True)
    assert f"{project.slug} - 2 1 of 3 5 min active" in text(boss.get(PROJECTS))


def test_a_projects_limits_are_set_on_its_page(boss, project, settings):
    settings.MAX_CONCURRENT, settings.MAX_QUEUED = 0, 500
    page = text(boss.get(f"{PROJECTS}{project.pk}/change/"))
    assert "empty means the default (no limit); 0 is no limit." in page
    assert "empty means the default (500); 0 is no limit." in page
    form = {"name": project.name, "is_active": "on", "max_concurrent": "4", "max_queued": ""}
    assert boss.post(f"{PROJECTS}{project.pk}/change/", form).status_code == 302
    project.refresh_from_db()
    assert (project.max_concurrent, project.max_queued) == (4, None)
    assert boss.post(f"{PROJECTS}{project.pk}/change/", form | {"max_queued": "-1"}).status_code == 200
