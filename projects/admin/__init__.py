"""Organizations, projects and keys, as staff see them."""

from projects.admin.idempotency import IdempotencyKeyAdmin
from projects.admin.keys import ApiKeyAdmin
from projects.admin.organizations import OrganizationAdmin, ProjectAdmin

__all__ = ["ApiKeyAdmin", "IdempotencyKeyAdmin", "OrganizationAdmin", "ProjectAdmin"]
