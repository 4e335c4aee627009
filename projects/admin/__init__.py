"""Organizations, projects and keys, as staff see them."""

from projects.admin.customers import OrganizationAdmin, ProjectAdmin
from projects.admin.idempotency import IdempotencyKeyAdmin
from projects.admin.keys import ApiKeyAdmin

__all__ = ["ApiKeyAdmin", "IdempotencyKeyAdmin", "OrganizationAdmin", "ProjectAdmin"]
