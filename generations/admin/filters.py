"""Filters of the generations' list."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from unfold.contrib.filters.admin import DropdownFilter, RangeDateFilter

from generations.breaker import Breakers
from generations.models import Status


class TrashFilter(DropdownFilter):
    """What is in the trash stays out of the way until it is asked for."""

    title = "trash"
    parameter_name = "trash"
    all_option = ("", "Without the trash")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("only", "Only the trash"), ("with", "With the trash")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "with":
                return queryset
            case "only":
                return queryset.exclude(deleted_at=None)
            case _:
                return queryset.filter(deleted_at=None)


# In an address, for projects without a provider of their own.
COMMON_CHAIN = "*"


class OutageFilter(DropdownFilter):
    """What waits for a provider that is down; there to be chosen from while there is one."""

    title = "provider that is down"
    parameter_name = "waits_for"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        holds = Breakers().look().holds()
        return [(chain or COMMON_CHAIN, f"Waits for {hold.provider}") for chain, hold in holds.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        if not chosen:
            return queryset
        return queryset.filter(status=Status.PENDING, project__image_provider="" if chosen == COMMON_CHAIN else chosen)


class DaysFilter(RangeDateFilter):
    """From one day to another, both of them whole, in the zone that the page shows; unfold's own drops the last day."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        first, last = (day(self.used_parameters.get(f"{self.parameter_name}_{end}")) for end in ("from", "to"))
        if first:
            queryset = queryset.filter(**{f"{self.parameter_name}__gte": midnight(first)})
        if last:
            queryset = queryset.filter(**{f"{self.parameter_name}__lt": midnight(last + timedelta(days=1))})
        return queryset


def day(text: str | None) -> date | None:
    """A date as the browser's calendar writes it; nothing for anything else."""
    try:
        return parse_date(text or "")
    except ValueError:
        return None


def midnight(of: date) -> datetime:
    return timezone.make_aware(datetime.combine(of, time.min))
