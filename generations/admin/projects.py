"""Projects, as ``projects.admin`` has them, and how each stands in the queue."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from generations.models import Status
from generations.queue.scheduling import number_of, of_project, with_queue
from projects.admin import ProjectAdmin
from projects.admin.formatting import age
from projects.models import Project


@admin.register(Project)
class QueueingProjectAdmin(ProjectAdmin):
    list_display = ("name", "organization", "slug", "image_provider", "waits", "works", "oldest", "switch")
    fixed_fields = (*ProjectAdmin.fixed_fields, "waits", "works", "oldest")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        fields = super().get_fields(request, obj)
        return (*fields, "waits", "works", "oldest") if obj else fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Project]:
        shown = of_project().filter(status=Status.PROCESSING, deleted_at=None)
        found: QuerySet[Project] = with_queue(super().get_queryset(request)).annotate(shown=number_of(shown))
        return found

    @display(description="waiting")
    def waits(self, project: Any) -> SafeString:
        count = of_limit(project, "pending", project.waiting, project.queue_limit)
        return count if project.is_active or not project.waiting else format_html("<span>{}, held</span>", count)

    @display(description="in hand")
    def works(self, project: Any) -> SafeString:
        """What a worker still holds although it was canceled, deleted or trashed counts as well; no list shows it."""
        dropped = project.running - project.shown
        count = of_limit(project, "processing", project.shown, 0)
        more, limit = f" and {dropped} dropped" if dropped else "", project.concurrency_limit
        return format_html("<span>{}{}{}</span>", count, more, f" of {limit}" if limit else "")

    @display(description="oldest waiting")
    def oldest(self, project: Any) -> SafeString | str:
        return age(project.oldest)


def of_limit(project: Project, status: str, count: int, limit: int) -> SafeString:
    """``3 of 1000``, with a link to the three."""
    changelist = reverse("admin:generations_generation_changelist")
    link = f"{changelist}?project__id__exact={project.pk}&status__exact={status}"
    shown = format_html('<a class="easel-link" href="{}">{}</a>', link, count)
    return format_html("<span>{}{}</span>", shown, f" of {limit}" if limit else "")
