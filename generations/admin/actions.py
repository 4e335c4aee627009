"""What an operator may do with generations, from the list and from the page of one."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.dateparse import parse_datetime
from unfold.admin import ModelAdmin

from generations.admin.verbs import (
    DELETE_WITH_IMAGE,
    FAIL_NOW,
    MOVE_TO_TRASH,
    RESTORE,
    RUN_AGAIN,
    UNFINISHED,
    BulkResult,
    Verb,
    shares,
)
from generations.models import Generation, Status
from projects.admin.paginator import EstimatedPaginator
from projects.admin.read_only import parse_id
from projects.admin.selection import is_across

AT_ONCE = 1_000
"""Rows that one request takes of all that match: some seconds' work. For the next ones it asks again."""

# A commit for each would take most of the time. PostgreSQL keeps 64 savepoints of a transaction at hand; a row has two.
PER_TRANSACTION = 25
FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows of all that match are next: those after this id whose moment is not after ``until``."""

    until: datetime
    after: UUID

    @classmethod
    def asked_for(cls, form: QueryDict) -> "Page | None":
        """What the form of the question says; None where it says no moment, as only another form does."""
        try:
            until = parse_datetime(form.get("until", ""))
            until = until.astimezone(UTC) if until and until.tzinfo else None
        except (ValueError, OverflowError):
            return None
        return cls(until, parse_id(form.get("after", "")) or FIRST) if until else None

    def rows(self, verb: Verb, chosen: QuerySet[Generation]) -> QuerySet[Generation]:
        moment = {f"{verb.moment}__lte": self.until}
        return chosen.filter(verb.applies, pk__gt=self.after, **moment).order_by("pk")


class OperatorActions(ModelAdmin):
    """Django's actions, each a door to one service. The page of one generation posts to the same door as the list."""

    actions = ("run_again", "fail_now", "move_to_trash", "restore", "delete_with_image")

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("generations.change_generation")

    def has_purge_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("generations.delete_generation")

    @admin.action(description=RUN_AGAIN.title, permissions=["operate"])
    def run_again(self, request: HttpRequest, chosen: QuerySet[Generation]) -> HttpResponse | None:
        return self.act(request, chosen, RUN_AGAIN)

    @admin.action(description=FAIL_NOW.title, permissions=["operate"])
    def fail_now(self, request: HttpRequest, chosen: QuerySet[Generation]) -> HttpResponse | None:
        return self.act(request, chosen, FAIL_NOW)

    @admin.action(description=MOVE_TO_TRASH.title, permissions=["operate"])
    def move_to_trash(self, request: HttpRequest, chosen: QuerySet[Generation]) -> HttpResponse | None:
        return self.act(request, chosen, MOVE_TO_TRASH)

    @admin.action(description=RESTORE.title, permissions=["operate"])
    def restore(self, request: HttpRequest, chosen: QuerySet[Generation]) -> HttpResponse | None:
        return self.act(request, chosen, RESTORE)

    @admin.action(description=DELETE_WITH_IMAGE.title, permissions=["purge"])
    def delete_with_image(self, request: HttpRequest, chosen: QuerySet[Generation]) -> HttpResponse | None:
        return self.act(request, chosen, DELETE_WITH_IMAGE)

    def act(self, request: HttpRequest, chosen: QuerySet[Generation], verb: Verb) -> HttpResponse | None:
        """Upon the rows that were ticked, or AT_ONCE of all that match; after a question where it matters."""
        if is_across(request):
            return self.act_across(request, chosen, verb)
        if verb.warning and "confirmed" not in request.POST:
            shown = chosen.select_related("project", "output_image")
            return self.ask(request, verb, generations=shown, from_page="from_page" in request.POST)
        # In one order for everybody, so that two members of staff never wait for each other's rows.
        generations = sorted(chosen, key=lambda generation: generation.pk)
        self.carry_out(request, generations, verb)
        return self.way_back(request, generations)

    def act_across(self, request: HttpRequest, chosen: QuerySet[Generation], verb: Verb) -> HttpResponse | None:
        page = Page.asked_for(request.POST)
        if page is None or "confirmed" not in request.POST:
            return self.ask_across(request, chosen, verb, FIRST)
        found = list(page.rows(verb, chosen)[: AT_ONCE + 1])
        self.carry_out(request, found[:AT_ONCE], verb)
        if len(found) <= AT_ONCE:
            return None
        return self.ask_across(request, chosen, verb, found[AT_ONCE - 1].pk, until=page.until)

    def carry_out(self, request: HttpRequest, generations: list[Generation], verb: Verb) -> None:
        """Note in the history, in the same transaction, where it did something; say how often it did, and why not."""
        result = BulkResult(verb)
        for start in range(0, len(generations), PER_TRANSACTION):
            with transaction.atomic():
                changed = result.do(generations[start : start + PER_TRANSACTION])
                if changed:
                    LogEntry.objects.log_actions(cast(int, request.user.pk), changed, CHANGE, verb.done)
        self.message_user(request, str(result), messages.SUCCESS if result.changed else messages.WARNING)

    def way_back(self, request: HttpRequest, generations: list[Generation]) -> HttpResponse | None:
        """To the page of the one that it came from, if that is still there; else Django leads back to the list."""
        if "from_page" not in request.POST:
            return None
        if Generation.objects.filter(pk__in=[generation.pk for generation in generations]).exists():
            return redirect("admin:generations_generation_change", generations[0].pk)
        return redirect("admin:generations_generation_changelist")

    def ask_across(
        self,
        request: HttpRequest,
        chosen: QuerySet[Generation],
        verb: Verb,
        after: UUID,
        *,
        until: datetime | None = None,
    ) -> HttpResponse | None:
        """The question for all that match: how many, whose they are, and what that costs."""
        until = until or chosen.filter(verb.applies).order_by().values_list(Now(), flat=True).first()
        if until is None:
            self.message_user(request, f"{verb.title}: there is nothing among these to do it with.", messages.WARNING)
            return None
        rows = Page(until, after).rows(verb, chosen)
        matching = EstimatedPaginator(rows, AT_ONCE)
        return self.ask(
            request,
            verb,
            across={
                "page": Page(until, after),
                "matching": matching.count_in_words,
                "count": min(matching.count, AT_ONCE),
                "is_all": matching.count <= AT_ONCE,
                "shares": shares(rows[:AT_ONCE]),
                "paints": verb is RUN_AGAIN,
            },
        )

    def ask(self, request: HttpRequest, verb: Verb, **more: Any) -> HttpResponse:
        """A page that says what will happen, and posts the same again with ``confirmed``."""
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": verb.title, "verb": verb}
        return TemplateResponse(request, "admin/generations/generation/confirm.html", context | more)

    def buttons(self, request: HttpRequest, generation: Generation) -> list[dict[str, Any]]:
        """The actions that this member of staff may take and that would do something to this generation."""
        applies = {
            "run_again": generation.status == Status.FAILED and generation.deleted_at is None,
            "fail_now": generation.status in UNFINISHED,
            "move_to_trash": generation.deleted_at is None,
            "restore": generation.deleted_at is not None,
            "delete_with_image": True,
        }
        allowed = self.get_actions(request)
        names = [name for name, does in applies.items() if does and name in allowed]
        return [{"name": name, "text": getattr(self, name).short_description} for name in names]
