"""Which rows of a list an action is for."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin


class CheckedSelection(ModelAdmin):
    """Django breaks on a ticked row whose id is none, and takes "all that match" where the list does not offer it."""

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """None, with a sentence and the list again, where nothing is done."""
        if is_across(request):
            offered = not getattr(self, "list_disable_select_all", False)
            problem = "" if offered else "This list has no action for all that match: tick the rows."
        else:
            ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
            problem = "" if all(map(self.is_id, ticked)) else "What was ticked is no row of this list."
        if problem:
            self.message_user(request, f"{problem} Nothing has changed.", messages.WARNING)
            return None
        answer: HttpResponse | None = super().response_action(request, queryset, *args, **kwargs)
        return answer

    def is_id(self, text: str) -> bool:
        """Whether a row could have this id."""
        try:
            self.opts.pk.run_validators(self.opts.pk.to_python(text))
        except ValidationError:
            return False
        return True


def is_across(request: HttpRequest) -> bool:
    """Whether all that match are meant, as Django's own form of actions says it."""
    return request.POST.get("select_across", "0").lower() not in {"", "0", "false"}
