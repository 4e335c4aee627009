"""S3 as storage, with connections that no two processes share."""

import os
from typing import Any

from storages.backends.s3 import S3Storage


class OwnConnectionS3Storage(S3Storage):
    """A connection for each thread of each process.

    django-storages keeps one bucket for all threads, and a forked child inherits it with its open connection: one
    process then reads the answer to the other's DELETE as that to its own PUT, and takes for stored what is not.
    """

    @property
    def bucket(self) -> Any:
        own = self._connections
        if getattr(own, "pid", None) != os.getpid():
            own.__dict__.clear()
            own.pid = os.getpid()
            own.bucket = self.connection.Bucket(self.bucket_name)
        return own.bucket
