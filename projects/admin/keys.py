"""API keys: issue, rotate, revoke. A key's text is in one answer to one POST; its digest is on no page."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from projects.admin.forms import ApiKeyForm, IssueApiKeyForm
from projects.admin.key_actions import KeyActions
from projects.admin.key_states import COLORS, StateFilter, state_of
from projects.models import ApiKey


@admin.register(ApiKey)
class ApiKeyAdmin(KeyActions):
    issue_fields = ("project", "name", "life_days", "rate_limit_per_hour")
    facts = ("project", "visible_part", "state", "created_at", "expires_at", "rotated_at", "revoked_at", "last_used_at")
    autocomplete_fields = ("project",)
    list_display = (
        "name",
        "project",
        "organization",
        "visible_part",
        "state",
        "rate_limit_per_hour",
        "last_used_at",
        "expires_at",
    )
    list_filter = (StateFilter, ("project", AutocompleteSelectFilter))
    list_select_related = ("project__organization",)
    search_fields = ("name", "key_id")
    search_help_text = "A name, or the eight characters after esl_."
    ordering = ("-created_at",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A key is revoked and stays to be seen."""
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Django lets a query string filter by any field, and ``?digest__startswith=`` would spell the digest out."""
        return not lookup.startswith("digest") and bool(super().lookup_allowed(lookup, value, request))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **{**kwargs, "form": ApiKeyForm if obj else IssueApiKeyForm})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("name", "rate_limit_per_hour", *self.facts) if obj else self.issue_fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.facts if obj else ()

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Answer a good form with the key itself; Django shows the empty form, and a bad one with its errors."""
        if request.method == "POST" and self.has_add_permission(request):
            form = self.get_form(request)(request.POST)
            if form.is_valid():
                with transaction.atomic():
                    api_key, text = form.issue()
                    self.log_addition(request, api_key, "Issued.")
                return self.show_once(request, api_key, text)
        one_at_a_time = {"show_save_and_add_another": False, "show_save_and_continue": False}
        answer: HttpResponse = super().add_view(request, form_url, {**(extra_context or {}), **one_at_a_time})
        return answer

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """Write what was changed and nothing else: the whole row would bring a key back that was revoked meanwhile."""
        obj.save(update_fields=form.changed_data)

    @display(description="organization")
    def organization(self, api_key: ApiKey) -> str:
        return api_key.project.organization.name

    @display(description="key")
    def visible_part(self, api_key: ApiKey) -> str:
        return api_key.visible_part

    @display(description="state", label=COLORS)
    def state(self, api_key: ApiKey) -> tuple[str, str]:
        return state_of(api_key)
