"""How the admin looks: django-unfold's settings."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy

from config.version import VERSION


def page(title: str, icon: str, model: str) -> dict[str, Any]:
    """A link in the sidebar to the list of a model (``app.model``), for staff who may see it."""
    app_label, model_name = model.split(".")

    def may_view(request: HttpRequest) -> bool:
        return any(request.user.has_perm(f"{app_label}.{verb}_{model_name}") for verb in ("view", "change"))

    link = reverse_lazy(f"admin:{app_label}_{model_name}_changelist")
    return {"title": title, "icon": icon, "link": link, "permission": may_view}


SETTINGS: dict[str, Any] = {
    "SITE_TITLE": "Easel",
    "SITE_HEADER": "Easel",
    "SITE_SUBHEADER": f"Image generation · {VERSION}",
    "SITE_SYMBOL": "palette",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("easel/favicon.svg")},
    ],
    "SITE_URL": "/docs",
    "SHOW_VIEW_ON_SITE": False,
    "DASHBOARD_CALLBACK": "config.admin.dashboard.add_cards",
    "STYLES": [lambda request: static("easel/admin.css")],
    "SIDEBAR": {
        "navigation": [
            {
                "items": [
                    {"title": "Dashboard", "icon": "dashboard", "link": reverse_lazy("admin:index")},
                    page("Generations", "auto_awesome", "generations.generation"),
                    page("Images", "image", "images.image"),
                ]
            },
            {
                "title": "Access",
                "items": [
                    page("Organizations", "domain", "projects.organization"),
                    page("Projects", "folder", "projects.project"),
                    page("API keys", "key", "projects.apikey"),
                ],
            },
            {
                "title": "Webhooks",
                "items": [
                    page("Webhooks", "webhook", "webhooks.endpoint"),
                    page("Deliveries", "outgoing_mail", "webhooks.delivery"),
                ],
            },
            {
                "title": "System",
                "separator": True,
                "items": [
                    page("Idempotency keys", "fingerprint", "projects.idempotencykey"),
                    page("Storage intents", "pending_actions", "images.storageintent"),
                    page("Staff", "person", "auth.user"),
                    page("Groups", "group", "auth.group"),
                ],
            },
        ]
    },
}
