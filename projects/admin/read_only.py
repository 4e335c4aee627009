"""What the system writes, staff only look at."""

import uuid
from typing import Any

from django.contrib.admin import ShowFacets
from django.db.models import QuerySet, UUIDField
from django.http import HttpRequest
from unfold.views import ChangeList

from projects.admin.history import DiscreetHistory
from projects.admin.paginator import EstimatedPaginator


class LongList(ChangeList):
    """Without a full count unfold offers to "Show all"."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.full_result_count = self.result_count


class WrittenBySystem(DiscreetHistory):
    """A long list and pages to look at: no form adds, changes or deletes; whatever staff may do is an action."""

    paginator = EstimatedPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER  # each would count the table
    list_per_page = 50
    list_max_show_all = 0
    list_disable_select_all = True  # an action is for the rows that one can see
    list_filter_submit = True

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[LongList]:
        return LongList

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "view") or self.may(request, "change")

    def may(self, request: HttpRequest, verb: str) -> bool:
        """Whether this member of staff has Django's permission ``verb`` on the model."""
        return request.user.has_perm(f"{self.opts.app_label}.{verb}_{self.opts.model_name}")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A whole id finds its row whatever the filters say; anything else is looked for in ``search_fields``."""
        found = parse_id(search_term) if isinstance(self.opts.pk, UUIDField) else None
        if found is not None:
            return self.get_queryset(request).filter(pk=found), False
        results, may_repeat = super().get_search_results(request, queryset, search_term)
        return results, may_repeat


def parse_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        return None
