"""Where pictures are kept, from one URL: nothing for the local disk, or an S3 bucket."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def image_storage(url: str, *, cache_control: str) -> dict[str, Any]:
    """Turn ``STORAGE_URL`` into an entry of Django's ``STORAGES``.

    ``s3://[KEY_ID:SECRET@]BUCKET[?endpoint=URL&region=NAME&public_url=URL&url_life_s=SECONDS]``; key id and secret are
    percent-encoded, without them boto3 looks in its usual places. With ``public_url`` links are that address plus the
    object's key; without it they are presigned and live ``url_life_s`` seconds (an hour).
    """
    if not url:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"allow_overwrite": True}}
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.hostname:
        raise ImproperlyConfigured("STORAGE_URL is empty or s3://KEY_ID:SECRET@BUCKET?endpoint=…&region=…")
    query = dict(parse_qsl(parts.query))
    options = _s3_options(parts.netloc.rpartition("@")[2], query)
    options |= {"object_parameters": {"CacheControl": cache_control}}
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": options | _credentials(parts.username, parts.password),
    }


def _credentials(username: str | None, password: str | None) -> dict[str, str]:
    return {"access_key": unquote(username), "secret_key": unquote(password)} if username and password else {}


def _s3_options(bucket: str, query: dict[str, str]) -> dict[str, Any]:
    from boto3.s3.transfer import TransferConfig
    from botocore.config import Config

    protocol, _, domain = query.get("public_url", "").rstrip("/").partition("//")
    return {
        "bucket_name": bucket.rstrip("/"),
        "endpoint_url": query.get("endpoint") or None,
        "region_name": query.get("region", "us-east-1"),
        "custom_domain": domain or None,
        "url_protocol": protocol or "https:",
        "querystring_auth": not domain,
        "querystring_expire": int(query.get("url_life_s", 3600)),
        # Names are never reused, so asking first whether one exists is a round trip for nothing.
        "file_overwrite": True,
        "transfer_config": TransferConfig(use_threads=False),
        "client_config": Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if query.get("endpoint") else "auto"},
            connect_timeout=5,
            read_timeout=30,
            retries={"mode": "standard", "max_attempts": 2},
            # Not every S3 server knows the newer checksums.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    }
