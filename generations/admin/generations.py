"""The list of generations, and the page of one."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import display

from generations.admin.actions import OperatorActions
from generations.admin.filters import (
    DaysFilter,
    ErrorCodeFilter,
    FailedFilter,
    HeldFilter,
    ModelFilter,
    OutageFilter,
    ProviderFilter,
    TrashFilter,
)
from generations.admin.timeline import timeline
from generations.images.admin.pictures import thumbnail
from generations.models import Generation, Status
from generations.queue.snapshot import lookout
from projects.admin.formatting import age, duration
from projects.admin.read_only import WrittenBySystem

COLOURS = {Status.PENDING: "info", Status.PROCESSING: "warning", Status.SUCCESS: "success", Status.FAILED: "danger"}


@admin.register(Generation)
class GenerationAdmin(OperatorActions, WrittenBySystem):
    list_display = ("thumb", "words", "owner", "state", "age", "took", "again")
    list_display_links = ("words",)
    list_disable_select_all = False  # each action takes a bounded number of all that match
    list_filter = (
        ("status", ChoicesDropdownFilter),
        FailedFilter,
        ErrorCodeFilter,
        ProviderFilter,
        ModelFilter,
        ("project", AutocompleteSelectFilter),
        ("api_key", AutocompleteSelectFilter),
        ("template", ChoicesDropdownFilter),
        ("created_at", DaysFilter),
        HeldFilter,
        OutageFilter,
        TrashFilter,
    )
    search_fields = ("original_prompt", "prompt")
    search_help_text = "Words of a prompt, or a whole id."
    ordering = ("-created_at", "-id")
    sortable_by = ("age",)
    fieldsets = ((None, {"fields": ()}),)  # the template shows it all

    def get_queryset(self, request: HttpRequest) -> QuerySet[Generation]:
        """With its key for the page of one; no list shows that."""
        found: QuerySet[Generation] = super().get_queryset(request)
        match = request.resolver_match
        of_one = match is not None and str(match.url_name).endswith("_change")
        return found.select_related("project__organization", "output_image", *(["api_key"] if of_one else []))

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Django takes the target of a foreign key for a field of its own, where that is not the primary key."""
        return lookup == "api_key__key_id__exact" or bool(super().lookup_allowed(lookup, value, request))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        generation: Generation = kwargs["obj"]
        if generation.status == Status.PENDING:
            generation.hold = lookout.hold(generation.project, afresh=True)
        context |= {
            "generation": generation,
            "list": reverse("admin:generations_generation_changelist"),
            "may_view_keys": request.user.has_perm("projects.view_apikey"),
            "state": (self.state(generation), COLOURS[Status(generation.status)]),
            "took": self.took(generation),
            "meta": json.dumps(generation.meta, indent=2, ensure_ascii=False) if generation.meta else "",
            "timeline": timeline(generation),
            "buttons": self.buttons(request, generation),
        }
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer

    @display(description="picture")
    def thumb(self, generation: Generation) -> SafeString:
        return thumbnail(generation.output_image, reverse("admin:generations_generation_change", args=[generation.pk]))

    @display(description="prompt")
    def words(self, generation: Generation) -> SafeString:
        remark = "In the trash. " if generation.deleted_at else ""
        if generation.status == Status.PENDING and not generation.project.is_active:
            remark += "Held until its project is enabled. "
        remark += generation.error_message
        return format_html(
            '<span>{}<br><span class="easel-subtle">{}</span></span>' if remark else "{}",
            Truncator(generation.original_prompt).chars(90),
            Truncator(remark).chars(90),
        )

    @display(description="project")
    def owner(self, generation: Generation) -> SafeString:
        project = generation.project
        return format_html(
            '<span>{}<br><span class="easel-subtle">{}</span></span>', project.name, project.organization.name
        )

    @display(description="status", label={status.label: colour for status, colour in COLOURS.items()})
    def state(self, generation: Generation) -> str:
        return Status(generation.status).label

    @display(description="age", ordering="-created_at")
    def age(self, generation: Generation) -> SafeString | str:
        return age(generation.created_at)

    @display(description="duration")
    def took(self, generation: Generation) -> str:
        """What it took, or has taken so far."""
        if generation.processing_time_ms is not None:
            return duration(generation.processing_time_ms / 1000)
        if generation.status == Status.PROCESSING and generation.started_at:
            return duration((timezone.now() - generation.started_at).total_seconds()) + " …"
        return "–"

    @display(description="retries")
    def again(self, generation: Generation) -> int:
        return generation.retry_count
