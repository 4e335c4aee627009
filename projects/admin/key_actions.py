"""Rotate and revoke: each asks first, acts on POST only, and calls one service."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from unfold.decorators import action
from unfold.enums import ActionVariant

from projects.admin.history import DiscreetHistory
from projects.models import ApiKey
from projects.services import ApiKeyRevoked, revoke_api_key, rotate_api_key

WARNINGS = {
    "Revoke": "The key is refused from the next request on. This cannot be undone.",
    "Rotate": "The key is refused from the next request on, and a new one with its name and limit takes its place.",
}


class KeyActions(DiscreetHistory):
    actions_detail = ("rotate", "revoke")

    def has_revoke_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.has_change_permission(request))

    def has_rotate_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever rotates a key sees a new one."""
        return bool(self.has_change_permission(request) and self.has_add_permission(request))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        api_key = self.get_object(request, object_id)
        return super().get_actions_detail(request, object_id) if api_key and not api_key.revoked_at else []

    @action(description="Rotate", permissions=["rotate"], icon="autorenew")
    def rotate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        api_key = self.find(request, object_id)
        if request.method != "POST":
            return self.ask(request, api_key, "Rotate")
        try:
            successor, text = rotate_api_key(api_key)
        except ApiKeyRevoked:
            return self.already_revoked(request, api_key)
        self.log_change(request, api_key, "Rotated.")
        return self.show_once(request, successor, text, note="Issued in place of another.")

    @action(description="Revoke", permissions=["revoke"], icon="block", variant=ActionVariant.DANGER)
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        api_key = self.find(request, object_id)
        if request.method != "POST":
            return self.ask(request, api_key, "Revoke")
        if not revoke_api_key(api_key):
            return self.already_revoked(request, api_key)
        self.log_change(request, api_key, "Revoked.")
        self.message_user(request, "The key is revoked.", messages.SUCCESS)
        return redirect("admin:projects_apikey_change", api_key.pk)

    def find(self, request: HttpRequest, object_id: str) -> ApiKey:
        api_key: ApiKey | None = self.get_object(request, object_id)
        if api_key is None:
            raise Http404
        return api_key

    def ask(self, request: HttpRequest, api_key: ApiKey, verb: str) -> HttpResponse:
        """A page that says what will happen."""
        return self.page(request, "confirm", title=f"{verb} key", warning=WARNINGS[verb], api_key=api_key)

    def show_once(self, request: HttpRequest, api_key: ApiKey, text: str, *, note: str) -> HttpResponse:
        """The key in the answer itself: a redirect would have to keep it somewhere in between."""
        self.log_addition(request, api_key, note)
        return self.page(request, "issued", title="New key", api_key=api_key, text=text)

    def already_revoked(self, request: HttpRequest, api_key: ApiKey) -> HttpResponse:
        self.message_user(request, "This key was revoked before; nothing has changed.", messages.WARNING)
        return redirect("admin:projects_apikey_change", api_key.pk)

    def page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        context |= {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, f"admin/projects/apikey/{name}.html", context)
