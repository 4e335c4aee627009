"""Pictures at addresses of this server: those of the local disk, and of a bucket, ``STORAGE_URL=s3://…?served_by=web``.

The row decides at once whether there is a picture; its file may lie there for longer. The row is read in a slot. The
file is opened and sent outside of slots, by a thread that takes a place (``generations.slots``), and all of them
together take half of the places at most: neither who reads slowly nor a storage that hangs keeps others from the API.
"""

import os
import threading
from contextlib import ExitStack, closing, nullcontext
from typing import Any

import structlog
from botocore.config import Config
from botocore.exceptions import ClientError
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.encoding import filepath_to_uri
from django.views.decorators.http import require_safe

from config.api.plain import answer
from config.bucket import OwnConnectionS3Storage
from config.ranges import NotSatisfiable, Part, wanted_part
from config.sending import STORAGE_ERRORS, Readable, Sending
from generations.images.models import Image
from generations.images.shown import find_image, is_public
from generations.slots import Share, places, slots

log = structlog.get_logger(__name__)

PICTURES = Share("pictures", 1)
STAFF_MAY_SEE = ("generations.view_generation", "images.view_image")
TRY_AGAIN_AFTER_S = 2
# Somebody waits, with a thread: who reads for a client gives up sooner than a worker that writes.
READING = Config(connect_timeout=3, read_timeout=10, max_pool_connections=64)


class WebServedS3Storage(OwnConnectionS3Storage):
    """A private bucket whose pictures have addresses of this server."""

    _reader_of: tuple[int, Any] = (0, None)
    _opening = threading.Lock()

    def url(self, name: str, *args: object, **kwargs: object) -> str:
        return settings.MEDIA_URL + str(filepath_to_uri(name))

    def open_part(self, name: str, part: Part | None) -> Readable:
        """The object, or a part of it, to be read as it comes; FileNotFoundError where there is none."""
        wanted = {"Range": f"bytes={part.start}-{part.start + part.length - 1}"} if part else {}
        try:
            found = self._reader.get_object(Bucket=self.bucket_name, Key=name, **wanted)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                raise FileNotFoundError(name) from error
            raise
        body: Readable = found["Body"]
        return body

    @property
    def _reader(self) -> Any:
        """A client of this process' own."""
        with self._opening:
            pid, client = self._reader_of
            if pid != os.getpid():
                client = self._create_session().client(
                    "s3",
                    region_name=self.region_name,
                    endpoint_url=self.endpoint_url,
                    config=self.client_config.merge(READING),
                )
                self._reader_of = os.getpid(), client
            return client


class RedirectedS3Storage(WebServedS3Storage):
    """The same, but clients reach the bucket: they are sent there, by a presigned link that lives for a moment."""

    def link(self, name: str) -> str:
        return OwnConnectionS3Storage.url(self, name)


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
