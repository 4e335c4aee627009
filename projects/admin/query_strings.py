"""What stands in the address of a list."""

from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

NUL = "\0"


class CheckedQueryString(ModelAdmin):
    """PostgreSQL refuses a NUL, in a filter and a completion too; Django looks for one in searches only."""

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        if any(NUL in name + "".join(values) for name, values in request.GET.lists() if name != "q"):
            raise IncorrectLookupParameters
        return super().get_changelist_instance(request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if NUL in search_term:
            return queryset.none(), False
        results, may_repeat = super().get_search_results(request, queryset, search_term)
        return results, may_repeat
