"""Filters of the generations' list."""

from abc import ABC, abstractmethod
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from unfold.contrib.filters.admin import DropdownFilter, RangeDateFilter

from generations.models import Generation, Status
from generations.providers import ErrorCode
from generations.queue.circuit_breaker import Breakers
from projects.models import Project

SINCE = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
# Providers and models are offered that these came from.
NEWEST = 1_000


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
        offered = {chain or COMMON_CHAIN: f"Waits for {hold.provider}" for chain, hold in holds.items()}
        if chosen := self.value():
            # Else a link of a moment ago would list everything, now that the outage is over.
            offered.setdefault(chosen, "Waits, and its provider is not down any more")
        return list(offered.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        if not chosen:
            return queryset
        return queryset.filter(status=Status.PENDING, project__image_provider="" if chosen == COMMON_CHAIN else chosen)


class FailedFilter(DropdownFilter):
    """What has failed in the last hour, day or week, whenever it was asked for."""

    title = "when it failed"
    parameter_name = "failed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, f"In the last {name}") for name in SINCE]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        span = SINCE.get(self.value() or "")
        return queryset.filter(status=Status.FAILED, finished_at__gt=Now() - span) if span else queryset


class HeldFilter(DropdownFilter):
    """What waits for its project to be enabled, and for no worker."""

    title = "state of its project"
    parameter_name = "held"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "Of active projects"), ("only", "Of disabled projects")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "no":
                return queryset.filter(project__is_active=True)
            case "only":
                # Named one by one, for they are few: PostgreSQL would read all others' to find theirs.
                disabled = Project.objects.filter(is_active=False).values_list("pk", flat=True)
                return queryset.filter(project__in=list(disabled))
            case _:
                return queryset


class ExactFilter(DropdownFilter, ABC):
    """A column's value. What an address names is offered as well, so that a link may name any."""

    @abstractmethod
    def offered(self, request: HttpRequest) -> set[str]:
        """The values to choose from."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        values = self.offered(request) | {self.value() or ""}
        return [(value, value) for value in sorted(values) if value]

    def has_output(self) -> bool:
        return True

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{str(self.parameter_name): self.value()}) if self.value() else queryset


class ErrorCodeFilter(ExactFilter):
    title = "error"
    parameter_name = "error_code"

    def offered(self, request: HttpRequest) -> set[str]:
        return {code.value for code in ErrorCode}


class ProviderFilter(ExactFilter):
    title = "provider"
    parameter_name = "provider"

    def offered(self, request: HttpRequest) -> set[str]:
        return {provider for provider, _ in used_lately(request)}


class ModelFilter(ExactFilter):
    title = "model"
    parameter_name = "model"

    def offered(self, request: HttpRequest) -> set[str]:
        return {model for _, model in used_lately(request)}


def used_lately(request: HttpRequest) -> set[tuple[str, str]]:
    """The providers and models of the newest generations, asked for once a page: those of all would read the table."""
    kept = vars(request)
    if "used_lately" not in kept:
        newest = Generation.objects.order_by("-created_at", "-id").values_list("provider", "model")
        kept["used_lately"] = set(newest[:NEWEST])
    found: set[tuple[str, str]] = kept["used_lately"]
    return found


class DaysFilter(RangeDateFilter):
    """From one day to another, both of them whole, in the zone that the page shows; unfold's own drops the last day."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        first, last = (day(self.used_parameters.get(f"{self.parameter_name}_{end}")) for end in ("from", "to"))
        if first:
            queryset = queryset.filter(**{f"{self.parameter_name}__gte": midnight(first)})
        if last and last < date.max:
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
