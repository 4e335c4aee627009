"""Organizations and projects."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from unfold.decorators import display

from projects.admin.forms import ProjectForm
from projects.admin.history import DiscreetHistory
from projects.models import Organization, Project


class CustomerAdmin(DiscreetHistory):
    """What cannot be undone is fixed after creation, and only what nothing refers to can be deleted."""

    fixed_fields: tuple[str, ...] = ()
    prepopulated_fields: dict[str, tuple[str, ...]] = {"slug": ("name",)}
    ordering = ("name",)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return self.fixed_fields if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Model | None = None) -> dict[str, tuple[str, ...]]:
        return {} if obj else self.prepopulated_fields

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Without an object it is Django's own bulk deletion that asks, which would first collect every row below."""
        return obj is not None and super().has_delete_permission(request, obj) and not is_referred_to(obj)

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """Write what was changed and nothing else, so that two members of staff do not undo each other."""
        obj.save(update_fields=form.changed_data if change else None)


@admin.register(Organization)
class OrganizationAdmin(CustomerAdmin):
    fields = ("name", "slug", "created_at")
    fixed_fields = ("slug", "created_at")
    list_display = ("name", "slug", "created_at")
    search_fields = ("name", "slug")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return self.fields if obj else ("name", "slug")


class ProjectAdmin(CustomerAdmin):
    """The organization is fixed too: its slug is a part of the path of every picture.

    Not registered here: who knows the queue shows a project's place in it as well.
    """

    fixed_fields: tuple[str, ...] = ("id", "organization", "slug", "created_at")
    form = ProjectForm
    autocomplete_fields = ("organization",)
    list_filter = ("is_active",)
    list_select_related = ("organization",)
    search_fields = ("name", "slug", "organization__name")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        written = ("organization", "name", "slug", "image_provider", "max_concurrent", "max_queued", "is_active")
        return (*written, "id", "created_at") if obj else written

    @display(description="state", label={"active": "success", "disabled": "danger"})
    def switch(self, project: Project) -> str:
        return "active" if project.is_active else "disabled"


def is_referred_to(obj: Model) -> bool:
    """Whether a row of any table points to this one."""
    accessors = (relation.get_accessor_name() for relation in obj._meta.related_objects)
    return any(getattr(obj, accessor).exists() for accessor in accessors if accessor)
