"""What an operator may do with generations, from the list and from the page of one."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin

from generations import services
from generations.models import Generation, Status

UNFINISHED = {Status.PENDING, Status.PROCESSING}


class OperatorActions(ModelAdmin):
    """Django's actions, each a door to one service. The page of one generation posts to the same door as the list."""

    actions = ("run_again", "fail_now", "move_to_trash", "restore", "delete_with_image")

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("generations.change_generation")

    def has_purge_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("generations.delete_generation")

    @admin.action(description="Run again", permissions=["operate"])
    def run_again(self, request: HttpRequest, chosen: QuerySet[Generation]) -> HttpResponse | None:
        return self.carry_out(request, chosen, services.retry_generation, "Run again")

    @admin.action(description="Fail now", permissions=["operate"])
    def fail_now(self, request: HttpRequest, chosen: QuerySet[Generation]) -> HttpResponse | None:
        if "confirmed" not in request.POST:
            return self.ask(
                request,
                chosen,
                "fail_now",
                "Fail now",
                "What waits or runs ends as failed; a late picture is thrown away.",
            )
        return self.carry_out(request, chosen, services.fail_generation, "Failed by an operator")

    @admin.action(description="Move to trash", permissions=["operate"])
    def move_to_trash(self, request: HttpRequest, chosen: QuerySet[Generation]) -> HttpResponse | None:
        return self.carry_out(request, chosen, services.trash_generation, "Moved to the trash")

    @admin.action(description="Restore", permissions=["operate"])
    def restore(self, request: HttpRequest, chosen: QuerySet[Generation]) -> HttpResponse | None:
        return self.carry_out(request, chosen, services.restore_generation, "Restored")

    @admin.action(description="Delete with image", permissions=["purge"])
    def delete_with_image(self, request: HttpRequest, chosen: QuerySet[Generation]) -> HttpResponse | None:
        if "confirmed" not in request.POST:
            return self.ask(
                request,
                chosen,
                "delete_with_image",
                "Delete with image",
                "Rows and files go for good. An image with an alias stays.",
            )
        return self.carry_out(request, chosen, services.purge_generation, "Deleted with its image")

    def carry_out(
        self, request: HttpRequest, chosen: Iterable[Generation], service: Callable[[Generation], bool], done: str
    ) -> HttpResponse | None:
        """Call the service for each, note in the history where it did something, and say how often."""
        generations = list(chosen)
        changed = [generation for generation in generations if service(generation)]
        for generation in changed:
            self.log_change(request, generation, done)
        left = len(generations) - len(changed)
        text = f"{done}: {len(changed)}." + (f" Left as they were: {left}." if left else "")
        self.message_user(request, text, messages.SUCCESS if changed else messages.WARNING)
        return self.way_back(request, generations)

    def way_back(self, request: HttpRequest, generations: list[Generation]) -> HttpResponse | None:
        """To the page of the one that it came from, if that is still there; else Django leads back to the list."""
        if "from_page" not in request.POST:
            return None
        if Generation.objects.filter(pk__in=[generation.pk for generation in generations]).exists():
            return redirect("admin:generations_generation_change", generations[0].pk)
        return redirect("admin:generations_generation_changelist")

    def ask(
        self, request: HttpRequest, chosen: QuerySet[Generation], action: str, title: str, warning: str
    ) -> HttpResponse:
        """A page that says what will happen, and posts the same again with ``confirmed``."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "warning": warning,
            "generations": chosen.select_related("project", "output_image"),
            "action": action,
            "from_page": "from_page" in request.POST,
        }
        return TemplateResponse(request, "admin/generations/generation/confirm.html", context)

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
        return [{"name": name, "text": allowed[name][2]} for name, does in applies.items() if does and name in allowed]
