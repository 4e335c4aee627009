"""URL routes of the whole site."""

from django.conf import settings
from django.contrib import admin
from django.core.files.storage import FileSystemStorage, default_storage
from django.urls import include, path, re_path
from django.views.generic import RedirectView, TemplateView

from config.monitoring.health import healthz, readyz
from config.monitoring.metrics import metrics
from generations.images.serving import serve_picture
from generations.images.storage.served_s3 import WebServedS3Storage
from projects.api.schema.views import SchemaView, UnknownPath

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

handler400 = "projects.api.error_pages.bad_request"
handler403 = "projects.api.error_pages.forbidden"
handler404 = "projects.api.error_pages.not_found"
handler500 = "projects.api.error_pages.server_error"
