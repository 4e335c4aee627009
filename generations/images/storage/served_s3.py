"""Pictures in a bucket that this server fetches for its clients."""

import os
import threading
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError
from django.conf import settings
from django.utils.encoding import filepath_to_uri

from generations.images.ranges import Part
from generations.images.sending import Readable
from generations.images.storage.s3 import OwnConnectionS3Storage

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
