"""How a key stands: a word with its colour, and the filter of the list."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from projects.admin.times import duration
from projects.models import ENDS_SOON, ApiKey

COLORS = {
    "active": "success",
    "ends soon": "warning",
    "rotated": "info",
    "expired": "warning",
    "revoked": "danger",
    "project disabled": "warning",
}


def state_of(api_key: ApiKey) -> tuple[str, str]:
    """Its state, a key of COLORS, and in which words that is told."""
    left = api_key.expires_at - timezone.now()
    in_words = f"ends in {duration(left.total_seconds())}"
    if api_key.revoked_at:
        return "revoked", "revoked"
    if left.total_seconds() <= 0:
        return "expired", "expired"
    if not api_key.project.is_active:
        return "project disabled", "project disabled"
    if api_key.rotated_at:
        return "rotated", f"rotated, {in_words}"
    return ("ends soon", in_words) if left <= ENDS_SOON else ("active", "active")


class StateFilter(SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("usable", "Usable"),
            ("ends-soon", f"Ends within {ENDS_SOON.days} days, and has no successor"),
            ("expired", "Expired"),
            ("revoked", "Revoked"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> QuerySet[ApiKey]:
        keys = ApiKey.objects
        chosen = {
            "usable": keys.usable,
            "ends-soon": keys.ending_soon,
            "expired": keys.expired,
            "revoked": keys.revoked,
        }.get(self.value() or "")
        return queryset.filter(pk__in=chosen().order_by().values("pk")) if chosen else queryset
