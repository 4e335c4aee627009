"""Idempotency keys: which request had which answer, to look at when a client asks. The answer itself is not shown."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from projects.admin.read_only import WrittenBySystem
from projects.models import IdempotencyKey


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(WrittenBySystem):
    list_display = ("key", "project", "state", "created", "created_at", "expires_at")
    list_filter = (("project", AutocompleteSelectFilter),)
    list_select_related = ("project",)
    search_fields = ("key", "=resource_id")
    search_help_text = "A part of a key, or the whole id of what it created."
    ordering = ("-id",)
    sortable_by = ()
    fields = (
        ("project", "key", "state", "status_code", "created"),
        ("fingerprint", "created_at", "locked_until", "expires_at"),
    )

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Else ``?body__contains=`` would spell an answer out, which may hold a secret."""
        return not lookup.startswith("body") and bool(super().lookup_allowed(lookup, value, request))

    @display(
        description="state",
        label={"answered": "success", "under way": "info", "abandoned": "warning", "expired": "warning"},
    )
    def state(self, key: IdempotencyKey) -> str:
        if key.expires_at <= timezone.now():
            return "expired"
        if key.status_code is not None:
            return "answered"
        return "under way" if key.locked_until > timezone.now() else "abandoned"

    @display(description="created")
    def created(self, key: IdempotencyKey) -> str:
        """What the request created, with a link where the admin has a page for such things; it may be gone."""
        if key.resource_id is None:
            return ""
        try:
            page = reverse(f"admin:{key.resource_type.replace('.', '_')}_change", args=[key.resource_id])
        except NoReverseMatch:
            return str(key.resource_id)
        return format_html('<a href="{}">{}</a>', page, key.resource_id)
