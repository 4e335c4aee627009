"""Where pictures are kept, from one URL: nothing for the local disk, or an S3 bucket."""

import re
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import is_web_address

FORM = "STORAGE_URL is empty or s3://KEY_ID:SECRET@BUCKET?endpoint=…&region=…; see .env.example."
QUERY = {"endpoint", "region", "public_url", "url_life_s", "served_by"}
LONGEST_PRESIGNED_LIFE_S = 7 * 24 * 3600
LIVES_S = {"redirect": "300"}
BACKENDS = {
    "": "generations.images.storage.s3.OwnConnectionS3Storage",
    "web": "generations.images.storage.served_s3.WebServedS3Storage",
    "redirect": "generations.images.storage.served_s3.RedirectedS3Storage",
}


def image_storage(url: str, *, cache_control: str) -> dict[str, Any]:
    """Turn ``STORAGE_URL`` into an entry of Django's ``STORAGES``.

    ``s3://[KEY_ID:SECRET@]BUCKET[?endpoint=URL&region=NAME&…]``; key id and secret are percent-encoded, without them
    boto3 looks in its usual places. How clients get the pictures is the query's choice too: ``public_url=URL`` makes
    links of that address plus the object's key, ``served_by=web`` links of this server, which then fetches them,
    ``served_by=redirect`` links of this server, which sends clients on to a presigned one; with none of these, links
    are presigned. Presigned links live ``url_life_s`` seconds (an hour, five minutes for a redirect; S3 allows a week).
    """
    if not url:
        return {
            "BACKEND": "generations.images.storage.filesystem.DurableFileSystemStorage",
            "OPTIONS": {"allow_overwrite": True},
        }
    parts, query = read(url)
    bucket = parts.netloc.rpartition("@")[2]
    if parts.scheme != "s3" or not bucket or parts.path.strip("/") or parts.fragment or not query.keys() <= QUERY:
        raise ImproperlyConfigured(FORM)
    links = _links(query)
    return {
        "BACKEND": BACKENDS[query.get("served_by", "")],
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": query.get("endpoint"),
            "region_name": query.get("region", "us-east-1"),
            "object_parameters": {"CacheControl": cache_control},
            # Names are never reused, so asking first whether one exists is a round trip for nothing.
            "file_overwrite": True,
            **_credentials(parts.username, parts.password),
            **links,
            **_client(path_style=bool(query.get("endpoint"))),
        },
    }


def accel_redirect(location: str, *, storage_url: str) -> str:
    """Check ``MEDIA_ACCEL_REDIRECT``, the internal location of an nginx that sees the folder of the pictures."""
    if location and not re.fullmatch(r"(/[A-Za-z0-9_.-]+)+/", location):
        raise ImproperlyConfigured(
            "MEDIA_ACCEL_REDIRECT is a location of nginx, such as /protected/; see .env.example."
        )
    if location and storage_url:
        raise ImproperlyConfigured(
            "MEDIA_ACCEL_REDIRECT is for pictures on the local disk, and STORAGE_URL names a bucket."
        )
    return location


def read(url: str) -> tuple[SplitResult, dict[str, str]]:
    """The address, and its query without what is empty; a plus sign is one, as in the rest of an address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ImproperlyConfigured(FORM) from None
    pairs = [pair.partition("=") for pair in parts.query.split("&")]
    return parts, {unquote(name): unquote(value) for name, _, value in pairs if value or name not in QUERY | {""}}


def _credentials(username: str | None, password: str | None) -> dict[str, str]:
    if not username and not password:
        return {}
    if not username or not password:
        raise ImproperlyConfigured(f"STORAGE_URL has one of KEY_ID and SECRET without the other. {FORM}")
    return {"access_key": unquote(username), "secret_key": unquote(password)}


def _links(query: dict[str, str]) -> dict[str, Any]:
    by, public_url = query.get("served_by", ""), query.get("public_url", "").rstrip("/")
    life_s = query.get("url_life_s", LIVES_S.get(by, "3600"))
    for name in ("endpoint", "public_url"):
        if name in query and not is_web_address(query[name]):
            raise ImproperlyConfigured(f"STORAGE_URL: {name} is an address like https://s3.example. {FORM}")
    if by not in BACKENDS:
        raise ImproperlyConfigured(f"STORAGE_URL: served_by is web or redirect, or left out. {FORM}")
    if (public_url and query.keys() & {"served_by", "url_life_s"}) or (by == "web" and "url_life_s" in query):
        raise ImproperlyConfigured(f"STORAGE_URL: only one of served_by, public_url and url_life_s can count. {FORM}")
    if not re.fullmatch(r"[0-9]{1,6}", life_s) or not 0 < int(life_s) <= LONGEST_PRESIGNED_LIFE_S:
        raise ImproperlyConfigured("STORAGE_URL: url_life_s is 1 to 604800 seconds.")
    protocol, _, domain = public_url.partition("//")
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
