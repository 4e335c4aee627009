"""What staff may do with an endpoint: each asks first, acts on POST only, and calls one service.

The note in the history is of the same transaction: where it cannot be written, no secret signs that nobody has seen.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from rest_framework.exceptions import APIException
from unfold.decorators import action
from unfold.enums import ActionVariant

from projects.admin.history import DiscreetHistory
from projects.webhooks import services
from projects.webhooks.models import Endpoint

WARNINGS = {
    "Rotate secret": "It gets a new secret, shown once. For 24 hours the old one signs along.",
    "Send test": "A message of type webhook.test is sent to it.",
    "Disable": "Nothing is sent or written down for it until it is enabled again. What waits keeps waiting.",
    "Enable": "It begins anew, failures forgotten, and what waited goes out.",
}


class EndpointActions(DiscreetHistory):
    actions_detail = ("send_test", "rotate", "disable", "enable")

    def has_operate_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.has_change_permission(request))

    def has_rotate_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever rotates a secret sees a new one."""
        return bool(self.has_change_permission(request) and self.has_add_permission(request))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        endpoint = self.get_object(request, object_id)
        if endpoint is None:
            return []
        idle = ("_enable",) if endpoint.is_enabled else ("_disable", "_send_test")
        allowed = super().get_actions_detail(request, object_id)
        return [each for each in allowed if not each.action_name.endswith(idle)]

    @action(description="Send test", permissions=["operate"], icon="send", url_path="send-test")
    def send_test(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.carry_out(request, object_id, "Send test", services.send_test, "A test is on its way.")

    @action(description="Disable", permissions=["operate"], icon="block", variant=ActionVariant.DANGER)
    def disable(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.carry_out(request, object_id, "Disable", switch(enabled=False), "Disabled.")

    @action(description="Enable", permissions=["operate"], icon="play_arrow")
    def enable(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.carry_out(request, object_id, "Enable", switch(enabled=True), "Enabled.")

    @action(description="Rotate secret", permissions=["rotate"], icon="autorenew")
    def rotate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        endpoint = self.find(request, object_id)
        if request.method != "POST":
            return self.ask(request, endpoint, "Rotate secret")
        with transaction.atomic():
            rotated = services.rotate_secret(endpoint)
            self.log_change(request, rotated, "Secret rotated.")
        return self.show_once(request, rotated)

    def carry_out(
        self, request: HttpRequest, object_id: str, verb: str, service: Callable[[Endpoint], Any], done: str
    ) -> HttpResponse:
        endpoint = self.find(request, object_id)
        if request.method != "POST":
            return self.ask(request, endpoint, verb)
        try:
            with transaction.atomic():
                service(endpoint)
                self.log_change(request, endpoint, done)
        except APIException as error:
            self.message_user(request, str(error.detail), messages.WARNING)
        else:
            self.message_user(request, done, messages.SUCCESS)
        return redirect("admin:webhooks_endpoint_change", endpoint.pk)

    def find(self, request: HttpRequest, object_id: str) -> Endpoint:
        endpoint: Endpoint | None = self.get_object(request, object_id)
        if endpoint is None:
            raise Http404
        return endpoint

    def ask(self, request: HttpRequest, endpoint: Endpoint, verb: str) -> HttpResponse:
        """A page that says what will happen."""
        return self.page(request, "confirm", title=verb, warning=WARNINGS[verb], endpoint=endpoint)

    def show_once(self, request: HttpRequest, endpoint: Endpoint) -> HttpResponse:
        """The secret in the answer itself: a redirect would have to keep it somewhere in between."""
        return self.page(request, "issued", title="Webhook's secret", endpoint=endpoint)

    def page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        context |= {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, f"admin/webhooks/endpoint/{name}.html", context)


def switch(*, enabled: bool) -> Callable[[Endpoint], Any]:
    return lambda endpoint: services.update_webhook(endpoint, enabled=enabled)
