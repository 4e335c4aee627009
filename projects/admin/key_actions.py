"""Rotate and revoke: each asks first, acts on POST only, and calls one service.

The note in the history is of the same transaction: where it cannot be written, no key has ended, and none is issued
whose text nobody has seen.
"""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.decorators import action
from unfold.enums import ActionVariant

from projects.admin.forms import RotateApiKeyForm
from projects.admin.history import DiscreetHistory
from projects.models import ApiKey
from projects.services import ApiKeyRevoked, ApiKeyRotated, revoke_api_key, rotate_api_key

WARNINGS = {
    "Revoke": "The key is refused from the next request on. This cannot be undone.",
    "Rotate": "The key comes to its end, and a new one with its name and limit takes its place.",
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
        if api_key is None or api_key.revoked_at:
            return []
        offered = super().get_actions_detail(request, object_id)
        return [each for each in offered if not (api_key.rotated_at and each.action_name.endswith("_rotate"))]

    @action(description="Rotate", permissions=["rotate"], icon="autorenew")
    def rotate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        api_key = self.find(request, object_id)
        form = RotateApiKeyForm(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return self.ask(request, api_key, "Rotate", form=form)
        try:
            with transaction.atomic():
                successor, text = rotate_api_key(api_key, overlap=form.overlap)
                self.log_change(request, api_key, f"Rotated; {successor.visible_part} takes its place.")
                self.log_addition(request, successor, f"Issued in place of {api_key.visible_part}.")
        except ApiKeyRevoked:
            return self.unchanged(request, api_key, "was revoked before")
        except ApiKeyRotated:
            return self.unchanged(request, api_key, "has its successor, which is the one to rotate")
        api_key.refresh_from_db()
        fate = f"{api_key.visible_part} {api_key.fate_at(timezone.now())}."
        return self.show_once(request, successor, text, old_key=fate)

    @action(description="Revoke", permissions=["revoke"], icon="block", variant=ActionVariant.DANGER)
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        api_key = self.find(request, object_id)
        if request.method != "POST":
            return self.ask(request, api_key, "Revoke")
        with transaction.atomic():
            revoked = revoke_api_key(api_key)
            if revoked:
                self.log_change(request, api_key, "Revoked.")
        if not revoked:
            return self.unchanged(request, api_key, "was revoked before")
        self.message_user(request, "The key is revoked.", messages.SUCCESS)
        return redirect("admin:projects_apikey_change", api_key.pk)

    def find(self, request: HttpRequest, object_id: str) -> ApiKey:
        api_key: ApiKey | None = self.get_object(request, object_id)
        if api_key is None:
            raise Http404
        return api_key

    def ask(self, request: HttpRequest, api_key: ApiKey, verb: str, **more: Any) -> HttpResponse:
        """A page that says what will happen."""
        return self.page(request, "confirm", title=f"{verb} key", warning=WARNINGS[verb], api_key=api_key, **more)

    def show_once(self, request: HttpRequest, api_key: ApiKey, text: str, **more: Any) -> HttpResponse:
        """The key in the answer itself: a redirect would have to keep it somewhere in between."""
        return self.page(request, "issued", title="New key", api_key=api_key, text=text, **more)

    def unchanged(self, request: HttpRequest, api_key: ApiKey, why: str) -> HttpResponse:
        self.message_user(request, f"This key {why}; nothing has changed.", messages.WARNING)
        return redirect("admin:projects_apikey_change", api_key.pk)

    def page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        context |= {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, f"admin/projects/apikey/{name}.html", context)
