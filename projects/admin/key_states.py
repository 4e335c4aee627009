"""How a key stands: a word with its colour, and the filter of the list."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from projects.admin.formatting import duration
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
    """Its state, and in which words that is told."""
    now = timezone.now()
    state = api_key.state_at(now)
    ends = f"ends in {duration((api_key.expires_at - now).total_seconds())}"
    return state, {"ends soon": ends, "rotated": f"rotated, {ends}"}.get(state, state)


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
