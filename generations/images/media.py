"""Serving pictures from the local disk: only pictures, each with its type, never a listing."""

from pathlib import PurePosixPath

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve

from generations.images.inspection import MIME_TYPES


@require_safe
def serve_image(request: HttpRequest, key: str) -> HttpResponseBase:
    """Answer with the file of this key."""
    mime_type = MIME_TYPES.get(PurePosixPath(key).suffix.removeprefix("."))
    if mime_type is None or "\0" in key:
        raise Http404
    try:
        response = serve(request, key, document_root=str(settings.MEDIA_ROOT))
    except SuspiciousFileOperation:
        raise Http404 from None
    response["Content-Type"] = mime_type
    response["Cache-Control"] = settings.IMAGE_CACHE_CONTROL
    response["X-Content-Type-Options"] = "nosniff"
    return response
