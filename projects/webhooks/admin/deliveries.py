"""Deliveries: what was sent, what was answered, and once more."""

import json
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.utils.safestring import SafeString
from rest_framework.exceptions import APIException
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import display

from projects.admin.formatting import age
from projects.admin.read_only import WrittenBySystem
from projects.webhooks import services
from projects.webhooks.links import current_body
from projects.webhooks.models import Delivery, Status

COLOURS = {Status.PENDING: "info", Status.DELIVERED: "success", Status.FAILED: "danger"}


@admin.register(Delivery)
class DeliveryAdmin(WrittenBySystem):
    actions = ("send_again",)
    list_display = ("event", "endpoint", "owner", "state", "answered", "attempt", "age")
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("endpoint", AutocompleteSelectFilter),
        ("endpoint__project", AutocompleteSelectFilter),
    )
    search_fields = ("=message__id",)
    search_help_text = "A message's or a delivery's whole id."
    ordering = ("-created_at", "-id")
    sortable_by = ()
    fieldsets = ((None, {"fields": ()}),)  # the template shows it all

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        """The long texts only for the page of one."""
        found: QuerySet[Delivery] = super().get_queryset(request)
        match = request.resolver_match
        if match is None or not str(match.url_name).endswith("_change"):
            found = found.defer("answer", "message__body")
        return found.select_related("message", "endpoint__project")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return "salt" not in lookup and bool(super().lookup_allowed(lookup, value, request))

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "change")

    @admin.action(description="Send again", permissions=["operate"])
    def send_again(self, request: HttpRequest, chosen: QuerySet[Delivery]) -> HttpResponse | None:
        """Once more, under the same id; what is on its way and what is for a disabled webhook is left as it is."""
        deliveries, refused = list(chosen), []
        for delivery in deliveries:
            try:
                with transaction.atomic():
                    services.send_again(delivery)
                    self.log_change(request, delivery, "Sent again.")
            except APIException as error:
                refused.append(str(error.detail))
        sent = len(deliveries) - len(refused)
        text = f"Sent again: {sent}." + (f" Left as they were: {len(refused)}. {refused[0]}" if refused else "")
        self.message_user(request, text, messages.SUCCESS if sent else messages.WARNING)
        return redirect("admin:webhooks_delivery_change", deliveries[0].pk) if "from_page" in request.POST else None

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        delivery: Delivery = kwargs["obj"]
        context |= {
            "delivery": delivery,
            "state": (self.state(delivery), COLOURS[Status(delivery.status)]),
            "payload": json.dumps(json.loads(current_body(delivery.message)), indent=2, ensure_ascii=False),
            "attempts": [{**noted, "ended_at": parse_datetime(noted["ended_at"])} for noted in delivery.attempts],
            "may_send": self.has_operate_permission(request),
        }
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer

    @display(description="event")
    def event(self, delivery: Delivery) -> str:
        return delivery.message.type

    @display(description="project")
    def owner(self, delivery: Delivery) -> str:
        return str(delivery.endpoint.project)

    @display(description="status", label={status.label: colour for status, colour in COLOURS.items()})
    def state(self, delivery: Delivery) -> str:
        return Status(delivery.status).label

    @display(description="last answer", empty_value="–")
    def answered(self, delivery: Delivery) -> str | None:
        return delivery.error or (str(delivery.status_code) if delivery.status_code else None)

    @display(description="age", ordering="-created_at")
    def age(self, delivery: Delivery) -> SafeString | str:
        return age(delivery.created_at)
