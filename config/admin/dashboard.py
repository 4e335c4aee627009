"""The admin's first page: what ends or fails, how the queue stands, what came out last; from indexed queries only."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.urls import reverse

from generations.models import Generation, Status
from generations.monitoring import queue_depth
from generations.queue.scheduling import held_up, in_line
from projects.admin.formatting import age, duration
from projects.admin.key_states import state_of
from projects.models import ApiKey
from projects.webhooks.models import Endpoint

PICTURES = 12
PROJECTS = 20
KEYS = 20
WEBHOOKS = 20
OLD_S = 60


def add_cards(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's callback; a member of staff who may not see generations gets no word of them."""
    if request.user.has_perm("generations.view_generation") or request.user.has_perm("generations.change_generation"):
        context["dashboard"] = {"cards": cards(request), "queue": queue(), "pictures": last_pictures()}
    if request.user.has_perm("projects.view_apikey") or request.user.has_perm("projects.change_apikey"):
        ending = ApiKey.objects.ending_or_ended().select_related("project__organization")[:KEYS]
        context["ending_keys"] = [{"api_key": api_key, "state": state_of(api_key)[1]} for api_key in ending]
    if request.user.has_perm("webhooks.view_endpoint") or request.user.has_perm("webhooks.change_endpoint"):
        context["failing_webhooks"] = Endpoint.objects.in_trouble().select_related("project__organization")[:WEBHOOKS]
    return context


def cards(request: HttpRequest) -> list[dict[str, Any]]:
    waiting, processing, failed = queue_depth.waiting(), running().count(), failures_of_the_last_hour().count()
    oldest = waiting.oldest_s or 0
    return [
        card("Waiting", waiting.count, "status__exact=pending&held=no"),
        card(
            "Oldest waiting",
            duration(oldest) if waiting.count else "–",
            f"status__exact=pending&held=no&o=-{column_of_age(request)}",
            bad=oldest > OLD_S,
        ),
        card("Processing", processing, "status__exact=processing"),
        card("Failed in the last hour", failed, "status__exact=failed&failed=hour", bad=failed > 0),
        *([card("Held", waiting.held, "status__exact=pending&held=only")] if waiting.held else []),
        *(
            card(f"Wait for {down.hold.provider}", down.count, f"waits_for={down.image_provider or '*'}", bad=True)
            for down in queue_depth.outages()
            if down.count
        ),
    ]


def card(title: str, value: int | str, query: str, *, bad: bool = False) -> dict[str, Any]:
    link = f"{reverse('admin:generations_generation_changelist')}?{query}"
    return {"title": title, "value": value, "link": link, "mood": "bad" if bad else "good"}


def column_of_age(request: HttpRequest) -> int:
    """Its number in the list of generations, by which an address sorts: who has actions has their boxes before it."""
    listed = admin.site.get_model_admin(Generation)
    return list(listed.get_list_display(request)).index("age") + bool(listed.get_actions(request))


def queue() -> list[dict[str, Any]]:
    """Whose work waits, as their turns come; then what is held."""
    changelist = reverse("admin:generations_generation_changelist")
    return [
        {
            "project": project,
            "oldest": age(project.oldest),
            "link": f"{changelist}?project__id__exact={project.pk}&status__exact=pending",
        }
        for line in (in_line(), held_up())
        for project in line.select_related("organization")[:PROJECTS]
    ]


def running() -> QuerySet[Generation]:
    return Generation.objects.filter(status=Status.PROCESSING, deleted_at=None)


def failures_of_the_last_hour() -> QuerySet[Generation]:
    hour_ago = Now() - timedelta(hours=1)
    return Generation.objects.filter(status=Status.FAILED, finished_at__gt=hour_ago, deleted_at=None)


def last_pictures() -> QuerySet[Generation]:
    found = Generation.objects.filter(status=Status.SUCCESS).exclude(output_image=None)
    return found.search().select_related("output_image")[:PICTURES]
