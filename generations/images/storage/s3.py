"""S3 as storage, with connections that no two processes share and links that stay the same for a while."""

import os
import threading
import time
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote

from botocore.auth import SIGV4_TIMESTAMP, S3SigV4QueryAuth
from botocore.awsrequest import AWSHTTPConnection, AWSHTTPSConnection, AWSRequest
from botocore.exceptions import NoCredentialsError
from botocore.handlers import add_expect_header
from storages.backends.s3 import S3Storage

from projects.outbound.interim_answers import FinalResponse

# A bucket's proxy may say 102 or 103 first, which botocore takes for success: the picture counts as stored, and is not.
for kind in (AWSHTTPConnection, AWSHTTPSConnection):
    kind.response_class = FinalResponse  # type: ignore[assignment]  # the stubs name one of those it may be


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

    def _create_session(self) -> Any:
        """Without waiting for 100 before a picture is sent: whatever else comes then is taken for the answer, too."""
        session = super()._create_session()
        session.events.unregister("before-call.s3", add_expect_header)
        return session

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """The address of an object: public, or presigned for ``querystring_expire`` seconds at most and half at least.

        All links of an object that are signed within half of that time are alike, whichever process signs them, so that
        an answer with a link in it has an ETag, and whoever gets a 304 for it holds a link that lives.
        """
        if self.custom_domain or not self.querystring_auth:
            return str(super().url(name, *args, **kwargs))
        half = max(1, self.querystring_expire // 2)
        at = datetime.fromtimestamp(time.time() // half * half, UTC)
        return self.presigned(name, at)

    def presigned(self, name: str, at: datetime) -> str:
        """The link that was signed at this time."""
        if self._credentials is None:
            raise NoCredentialsError
        request = AWSRequest("GET", self._address + quote(name, safe="/~"))
        client = self.bucket.meta.client
        signer = SignedAt(
            self._credentials.get_frozen_credentials(), "s3", client.meta.region_name, self.querystring_expire
        )
        signer.at = at
        signer.add_auth(request)
        return str(request.url)

    @cached_property
    def _credentials(self) -> Any:
        return self._create_session().get_credentials()

    @cached_property
    def _address(self) -> str:
        """What comes before an object's key, as the bucket's client has it."""
        client = self.bucket.meta.client
        link: str = client.generate_presigned_url("get_object", Params={"Bucket": self.bucket.name, "Key": "key"})
        return link.partition("?")[0].removesuffix("key")


class SignedAt(S3SigV4QueryAuth):
    """botocore's presigner, which has no other time than now."""

    at: datetime

    def add_auth(self, request: Any) -> None:
        request.context["timestamp"] = self.at.strftime(SIGV4_TIMESTAMP)
        self._modify_request_before_signing(request)  # type: ignore[attr-defined]  # not in its stubs
        text = self.string_to_sign(request, self.canonical_request(request))
        self._inject_signature_to_request(request, self.signature(text, request))  # type: ignore[attr-defined]
