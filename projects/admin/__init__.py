"""Organizations, projects and keys, as staff see them."""

from projects.admin.customers import OrganizationAdmin, ProjectAdmin
from projects.admin.keys import ApiKeyAdmin

__all__ = ["ApiKeyAdmin", "OrganizationAdmin", "ProjectAdmin"]
