"""The history of a row, which Django looks for before it asks who wants to see it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from projects.admin.query_strings import CheckedQueryString
from projects.admin.selection import CheckedSelection


class DiscreetHistory(CheckedQueryString, CheckedSelection):
    """Staff who may not see any row of this model do not learn either whether this one is there."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        answer: HttpResponse = super().history_view(request, object_id, extra_context)
        return answer
