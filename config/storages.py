"""Where pictures are kept, from one URL: nothing for the local disk, or an S3 bucket."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

FORM = "STORAGE_URL is empty or s3://KEY_ID:SECRET@BUCKET?endpoint=…&region=…; see .env.example."
QUERY = {"endpoint", "region", "public_url", "url_life_s", "served_by"}
LONGEST_PRESIGNED_LIFE_S = 7 * 24 * 3600


def image_storage(url: str, *, cache_control: str) -> dict[str, Any]:
    """Turn ``STORAGE_URL`` into an entry of Django's ``STORAGES``.

    ``s3://[KEY_ID:SECRET@]BUCKET[?endpoint=URL&region=NAME&…]``; key id and secret are percent-encoded, without them
    boto3 looks in its usual places. How clients get the pictures is the query's choice too: ``public_url=URL`` makes
    links of that address plus the object's key, ``served_by=web`` links of this server, which then fetches them; with
    neither, links are presigned and live ``url_life_s`` seconds (an hour; S3 allows a week).
    """
    if not url:
        return {"BACKEND": "config.disk.DurableFileSystemStorage", "OPTIONS": {"allow_overwrite": True}}
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    bucket = parts.netloc.rpartition("@")[2]
    if parts.scheme != "s3" or not bucket or parts.path.strip("/") or parts.fragment or not query.keys() <= QUERY:
        raise ImproperlyConfigured(FORM)
    by_web = query.get("served_by") == "web"
    return {
        "BACKEND": "config.media.WebServedS3Storage" if by_web else "config.bucket.OwnConnectionS3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": query.get("endpoint") or None,
            "region_name": query.get("region", "us-east-1"),
            "object_parameters": {"CacheControl": cache_control},
            # Names are never reused, so asking first whether one exists is a round trip for nothing.
            "file_overwrite": True,
            **_credentials(parts.username, parts.password),
            **_links(query),
            **_client(path_style=bool(query.get("endpoint"))),
        },
    }


def _credentials(username: str | None, password: str | None) -> dict[str, str]:
    return {"access_key": unquote(username), "secret_key": unquote(password)} if username and password else {}


def _links(query: dict[str, str]) -> dict[str, Any]:
    public_url, life_s = query.get("public_url", "").rstrip("/"), query.get("url_life_s", "3600")
    protocol, _, domain = public_url.partition("//")
    if query.get("served_by", "web") != "web" or (public_url and (protocol not in {"http:", "https:"} or not domain)):
        raise ImproperlyConfigured(FORM)
    if not life_s.isdecimal() or not 0 < int(life_s) <= LONGEST_PRESIGNED_LIFE_S:
        raise ImproperlyConfigured("STORAGE_URL: url_life_s is 1 to 604800 seconds.")
    return {
        "custom_domain": domain or None,
        "url_protocol": protocol or "https:",
        "querystring_auth": not domain,
        "querystring_expire": int(life_s),
    }


def _client(*, path_style: bool) -> dict[str, Any]:
    from boto3.s3.transfer import TransferConfig
    from botocore.config import Config

    return {
        "transfer_config": TransferConfig(use_threads=False),
        "client_config": Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if path_style else "auto"},
            connect_timeout=5,
            read_timeout=30,
            retries={"mode": "standard", "max_attempts": 2},
            # Not every S3 server knows the newer checksums.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    }
