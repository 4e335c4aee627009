"""Endpoints: where events are sent, and how they do. A secret is in one answer to one POST, and on no other page."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from rest_framework.exceptions import APIException
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import display

from projects.admin.formatting import age
from projects.webhooks import services
from projects.webhooks.admin.actions import EndpointActions
from projects.webhooks.admin.forms import EndpointForm
from projects.webhooks.models import Endpoint


@admin.register(Endpoint)
class EndpointAdmin(EndpointActions):
    form = EndpointForm
    written = ("url", "description", "event_types")
    facts = ("project", "state", "why", "failing", "sent", "created_at", "updated_at")
    autocomplete_fields = ("project",)
    list_display = ("url", "project", "state", "failing", "events", "created_at")
    list_filter = (("project", AutocompleteSelectFilter), ("disabled_reason", ChoicesDropdownFilter))
    list_select_related = ("project",)
    list_filter_submit = True
    search_fields = ("url", "description", "project__name")
    ordering = ("-created_at",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.written, *self.facts) if obj else ("project", *self.written)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.facts if obj else ()

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Django lets a query string filter by any field; a secret's salt is nobody's business."""
        return "salt" not in lookup and bool(super().lookup_allowed(lookup, value, request))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Answer a good form with the secret itself; Django shows the empty form, and a bad one with its errors."""
        if request.method == "POST" and self.has_add_permission(request):
            form = self.get_form(request)(request.POST)
            if form.is_valid():
                return self.create(request, form.cleaned_data)
        one_at_a_time = {"show_save_and_add_another": False, "show_save_and_continue": False}
        answer: HttpResponse = super().add_view(request, form_url, {**(extra_context or {}), **one_at_a_time})
        return answer

    def create(self, request: HttpRequest, asked: dict[str, Any]) -> HttpResponse:
        try:
            with transaction.atomic():
                endpoint = services.create_webhook(asked.pop("project"), **asked)
                self.log_addition(request, endpoint, "Created.")
        except APIException as error:
            self.message_user(request, str(error.detail), messages.ERROR)
            return redirect("admin:webhooks_endpoint_changelist")
        return self.show_once(request, endpoint)

    def save_model(self, request: HttpRequest, obj: Endpoint, form: Any, change: bool) -> None:
        services.update_webhook(obj, **form.changes())

    def delete_model(self, request: HttpRequest, obj: Endpoint) -> None:
        services.delete_webhook(obj)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Django's own would read every delivery to name it."""
        named = [str(endpoint) for endpoint in objs]
        return [*named, "and their deliveries"], {"webhooks": len(named)}, set(), []

    @display(description="state", label={"enabled": "success", "disabled": "danger"})
    def state(self, endpoint: Endpoint) -> str:
        return "enabled" if endpoint.is_enabled else "disabled"

    @display(description="disabled", empty_value="–")
    def why(self, endpoint: Endpoint) -> SafeString | None:
        if endpoint.is_enabled:
            return None
        return format_html("{}, {} ago", endpoint.get_disabled_reason_display(), age(endpoint.disabled_at))

    @display(description="failing for", empty_value="–")
    def failing(self, endpoint: Endpoint) -> SafeString | str | None:
        return age(endpoint.failing_since) if endpoint.failing_since else None

    @display(description="events")
    def events(self, endpoint: Endpoint) -> str:
        return ", ".join(endpoint.event_types) or "all"

    @display(description="deliveries")
    def sent(self, endpoint: Endpoint) -> SafeString:
        page = reverse("admin:webhooks_delivery_changelist")
        return format_html(
            '<a class="easel-link" href="{}?endpoint__id__exact={}">What was sent to it</a>', page, endpoint.pk
        )
