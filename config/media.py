"""Pictures of a bucket that clients cannot reach: this server fetches them, ``STORAGE_URL=s3://…?served_by=web``.

A picture is read whole and then handed over, so that a slow client holds no thread and no connection to the bucket;
MAX_IMAGE_BYTES bounds it, and the links may be cached for ever, so a proxy or a browser asks once.
"""

import structlog
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.encoding import filepath_to_uri
from django.views.decorators.http import condition, require_safe

from config.api.plain import unavailable
from config.bucket import OwnConnectionS3Storage
from generations.images.models import Image

log = structlog.get_logger(__name__)


class WebServedS3Storage(OwnConnectionS3Storage):
    """A private bucket whose pictures have addresses of this server."""

    def url(self, name: str, *args: object, **kwargs: object) -> str:
        return settings.MEDIA_URL + str(filepath_to_uri(name))

    def read(self, name: str) -> bytes:
        """The whole object, in one request."""
        content: bytes = self.bucket.meta.client.get_object(Bucket=self.bucket.name, Key=name)["Body"].read()
        return content


def find_image(key: str) -> Image | None:
    """Only what is a picture of ours: other objects of the bucket are not found, nor deleted pictures."""
    return None if "\0" in key else Image.objects.filter(key=key).first()


def entity_tag(request: HttpRequest, key: str) -> str | None:
    request.image = find_image(key)  # type: ignore[attr-defined]
    return f'"{request.image.sha256}"' if request.image else None  # type: ignore[attr-defined]


@require_safe
@condition(etag_func=entity_tag)
def serve_from_bucket(request: HttpRequest, key: str) -> HttpResponseBase:
    """Answer with the picture of this key."""
    image: Image | None = request.image  # type: ignore[attr-defined]
    if image is None:
        raise Http404
    try:
        content = b"" if request.method == "HEAD" else default_storage.read(key)  # type: ignore[attr-defined]
    except (BotoCoreError, ClientError) as error:
        log.warning("storage_silent", error=type(error).__name__)
        return unavailable(request, "The picture cannot be read now. Try again in a moment.")
    return HttpResponse(
        content,
        content_type=image.mime_type,
        headers={
            "Cache-Control": settings.IMAGE_CACHE_CONTROL,
            "Content-Length": str(image.file_size),
            "X-Content-Type-Options": "nosniff",
        },
    )
