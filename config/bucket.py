"""S3 as storage, with connections that no two processes share."""

import os
import threading
from typing import Any

from storages.backends.s3 import S3Storage


class OwnConnectionS3Storage(S3Storage):
    """One bucket for all threads of a process, as django-storages has it, and another one in a forked child.

    A child that inherits the bucket inherits its open connection: one process then reads the answer to the other's
    DELETE as that to its own PUT, and takes for stored what is not.
    """

    _pid = 0

    @property
    def bucket(self) -> Any:
        if self._pid != os.getpid():
            self._bucket, self._connections = None, threading.local()
            self._pid = os.getpid()
        return super().bucket
