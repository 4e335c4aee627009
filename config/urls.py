"""The map."""

from django.conf import settings
from django.contrib import admin
from django.core.files.storage import FileSystemStorage, default_storage
from django.urls import include, path, re_path
from django.views.generic import RedirectView, TemplateView

from config.api.views import SchemaView, UnknownPath
from config.health import healthz, readyz
from config.media import WebServedS3Storage, serve_picture
from config.metrics import metrics

urlpatterns = [
    path("", RedirectView.as_view(url="/docs", http_method_names=["get", "head"])),
    path("admin/", admin.site.urls),
    path("api/v1/", include("generations.urls")),
    path("api/v1/", include("projects.webhooks.urls")),
    re_path(r"^api(/|$)", UnknownPath.as_view()),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("schema", SchemaView.as_view(), name="schema"),
    path("docs", TemplateView.as_view(template_name="docs.html", http_method_names=["get", "head"])),
]

if isinstance(default_storage, FileSystemStorage | WebServedS3Storage):
    urlpatterns += [path(f"{settings.MEDIA_URL.lstrip('/')}<path:key>", serve_picture)]

handler400 = "config.api.plain.bad_request"
handler403 = "config.api.plain.forbidden"
handler404 = "config.api.plain.not_found"
handler500 = "config.api.plain.server_error"
