"""Pictures at addresses of this server: those of the local disk, and of a bucket, ``STORAGE_URL=s3://…?served_by=web``.

The row decides at once whether there is a picture; its file may lie there for longer. The row is read in a slot. The
file is opened and sent outside of slots, by a thread that takes a place (``projects.api.connection_pool``), and all of
them together take half of the places at most: neither who reads slowly nor a storage that hangs keeps others from the
API.
"""

from contextlib import ExitStack, closing, nullcontext

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.encoding import filepath_to_uri
from django.views.decorators.http import require_safe

from generations.images.models import Image
from generations.images.ranges import NotSatisfiable, wanted_part
from generations.images.sending import STORAGE_ERRORS, Sending
from generations.images.shown import find_image, is_public
from generations.images.storage.served_s3 import RedirectedS3Storage
from projects.api.connection_pool import Share, places, slots
from projects.api.error_pages import answer

log = structlog.get_logger(__name__)

PICTURES = Share("pictures", 1)
STAFF_MAY_SEE = ("generations.view_generation", "images.view_image")
TRY_AGAIN_AFTER_S = 2


@require_safe
def serve_picture(request: HttpRequest, key: str) -> HttpResponseBase:
    """Answer with the picture of this key, or with the part of it that is asked for."""
    try:
        image = find_image(key)
        if image is None or not (is_public(image) or may_see_trash(request)):
            return gone(request)
    except (OperationalError, InterfaceError) as error:
        log.warning("database_unavailable", error=type(error).__name__)
        return unavailable(request)
    whole = HttpResponse(content_type=image.mime_type, headers=headers_of(image))
    unchanged = get_conditional_response(request, etag=whole["ETag"], response=whole)
    if unchanged is not whole or request.method == "HEAD":
        return unchanged or whole
    if settings.MEDIA_ACCEL_REDIRECT:
        del whole["Content-Length"]  # nginx knows
        whole["X-Accel-Redirect"] = settings.MEDIA_ACCEL_REDIRECT + str(filepath_to_uri(image.key))
        return whole
    if isinstance(default_storage, RedirectedS3Storage):
        return HttpResponseRedirect(default_storage.link(image.key), headers={"Cache-Control": "no-store"})
    return send(request, image, whole)


def send(request: HttpRequest, image: Image, whole: HttpResponse) -> HttpResponseBase:
    """The bytes, if there is a place for one more who sends, and a storage that has them."""
    try:
        part = wanted_part(request, size=image.file_size, etag=whole["ETag"])
    except NotSatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{image.file_size}"})
    with ExitStack() as held:
        if not held.enter_context(places.one(PICTURES) if places.count else nullcontext(True)):
            return unavailable(request)
        try:
            with slots.aside():
                file = held.enter_context(closing(default_storage.open_part(image.key, part)))  # type: ignore[attr-defined]
        except FileNotFoundError:
            log.warning("picture_missing", key=image.key)
            return gone(request)
        except STORAGE_ERRORS as error:
            log.warning("storage_silent", error=type(error).__name__)
            return unavailable(request)
        sending = Sending(file, part.length if part else image.file_size, held.pop_all().close)
    response = StreamingHttpResponse(sending, headers=dict(whole.items()))
    if part:
        response.status_code = 206
        response["Content-Length"] = str(part.length)
        response["Content-Range"] = f"bytes {part.start}-{part.start + part.length - 1}/{image.file_size}"
    return response


def headers_of(image: Image) -> dict[str, str]:
    return {
        "ETag": f'"{image.sha256}"',
        "Cache-Control": settings.IMAGE_CACHE_CONTROL if is_public(image) else "private, no-store",
        "Content-Length": str(image.file_size),
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
    }


def may_see_trash(request: HttpRequest) -> bool:
    """Staff look at what they may restore."""
    user = request.user
    return user.is_active and user.is_staff and any(map(user.has_perm, STAFF_MAY_SEE))


def gone(request: HttpRequest) -> HttpResponse:
    response = answer(request, 404, "NOT_FOUND", "Nothing is here.")
    response["Cache-Control"] = "no-store"  # an operator may restore it
    return response


def unavailable(request: HttpRequest) -> HttpResponse:
    response = answer(request, 503, "SERVICE_UNAVAILABLE", "The picture cannot be sent now. Try again in a moment.")
    response["Cache-Control"] = "no-store"
    response["Retry-After"] = str(TRY_AGAIN_AFTER_S)
    return response
