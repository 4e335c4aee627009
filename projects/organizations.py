"""What staff may do with organizations and projects."""

import structlog
from django.db import transaction

from projects.models import Organization, Project

log = structlog.get_logger(__name__)


class ProjectExists(Exception):
    """There is a project of this slug in this organization already: ``project``."""

    def __init__(self, project: Project) -> None:
        super().__init__(str(project))
        self.project = project


@transaction.atomic
def create_project(
    organization_slug: str,
    slug: str,
    *,
    name: str = "",
    organization_name: str = "",
    image_provider: str = "",
    max_concurrent: int | None = None,
    max_queued: int | None = None,
) -> Project:
    """Make a project, and its organization where that is not there; a name left out is the slug.

    Raise ProjectExists, or Django's ValidationError with what is wrong by field.
    """
    organization = Organization(name=organization_name or organization_slug, slug=organization_slug)
    organization.full_clean(validate_unique=False)
    organization, _ = Organization.objects.get_or_create(slug=organization.slug, defaults={"name": organization.name})
    project = Project(
        organization=organization,
        slug=slug,
        name=name or slug,
        image_provider=image_provider,
        max_concurrent=max_concurrent,
        max_queued=max_queued,
    )
    project.full_clean(validate_unique=False, validate_constraints=False)
    fields = {name: getattr(project, name) for name in ("name", "image_provider", "max_concurrent", "max_queued")}
    project, created = Project.objects.get_or_create(organization=organization, slug=slug, defaults=fields)
    if not created:
        raise ProjectExists(project)
    log.info("project_created", project_id=str(project.pk))
    return project


def switch_project(project: Project, *, active: bool) -> bool:
    """Enable or disable it: its keys, and what it has waiting. False if it was so before."""
    switched = bool(Project.objects.filter(pk=project.pk, is_active=not active).update(is_active=active))
    if switched:
        log.info("project_enabled" if active else "project_disabled", project_id=str(project.pk))
    return switched
