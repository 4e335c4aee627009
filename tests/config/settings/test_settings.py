"""Production refuses to start where a laptop's defaults would be dangerous."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings.storages import accel_redirect, image_storage
from tests.config.settings.reading import LAPTOP, PRODUCTION, settings_of
from tests.production.files import ROOT

SOUND = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "k" * 50,
    "ALLOWED_HOSTS": "easel.example",
    "DATABASE_URL": "postgres://easel@127.0.0.1:1/easel",
    "DEBUG": "",
}


def start(**changes: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of their own, as every command does."""
    environment = {"PATH": os.environ["PATH"], **SOUND, **changes}
    command = [sys.executable, "-c", "from config import settings; print(settings.PRODUCTION, settings.DEBUG)"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_production_starts_with_sound_settings():
    assert start().stdout == "True False\n"


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"SECRET_KEY": ""}, "Production needs SECRET_KEY"),
        ({"DEBUG": "1"}, "Production does not run with DEBUG on"),
        ({"DEBUG": "true"}, "Production does not run with DEBUG on"),
        ({"ALLOWED_HOSTS": "*"}, "Production needs ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "easel.example,*"}, "Production needs ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "easel.example, *"}, "Production needs ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ""}, "Production needs ALLOWED_HOSTS"),
        ({"PUBLIC_URL": "https://host.example/easel"}, "PUBLIC_URL has a path"),
        ({"PUBLIC_URL": "https://host.example:8443/a/b/"}, "a host for itself: https://host.example:8443, or another"),
        ({"FORWARDED_HEADER": "X-Real-IP"}, "FORWARDED_HEADER is X-Forwarded-For or Forwarded"),
        ({"ENVIRONMENT": "prod"}, "ENVIRONMENT is laptop or production"),
        ({"STORAGE_URL": "https://bucket"}, "STORAGE_URL is empty or s3://"),
    ],
)
def test_production_refuses(changes, complaint):
    refusal = start(**changes)
    assert refusal.returncode == 1
    assert complaint in refusal.stderr
    assert refusal.stdout == ""


def test_a_refusal_repeats_no_secret():
    assert "hidden-in-here" not in start(STORAGE_URL="s3://id:hidden-in-here@bucket?unknown=1").stderr


def test_production_writes_no_secret_key_to_disk(tmp_path):
    start(SECRET_KEY="", DATA_DIR=str(tmp_path / "data"))
    assert not (tmp_path / "data").exists()


def test_a_laptop_always_answers_under_its_own_names():
    """`make run` prints links of 127.0.0.1, whatever .env has."""
    assert settings_of(LAPTOP | {"ALLOWED_HOSTS": "easel.example"}).ALLOWED_HOSTS == [
        "easel.example",
        "localhost",
        "127.0.0.1",
        "[::1]",
    ]
    assert settings_of(PRODUCTION | {"ALLOWED_HOSTS": "easel.example"}).ALLOWED_HOSTS == ["easel.example"]


# ── Of one variable and another ──────────────────────────────────────────────────────────────────────────────────────


def test_hsts_is_narrowed_by_its_own_variables_and_preloaded_only_if_asked_for():
    def hsts(**variables):
        found = settings_of(PRODUCTION | variables)
        return found.SECURE_HSTS_SECONDS, found.SECURE_HSTS_INCLUDE_SUBDOMAINS, found.SECURE_HSTS_PRELOAD

    assert hsts() == (31_536_000, True, False)
    assert hsts(HSTS_SECONDS="3600", HSTS_INCLUDE_SUBDOMAINS="false") == (3600, False, False)
    assert hsts(HSTS_SECONDS="0") == (0, True, False)
    assert hsts(HSTS_PRELOAD="true") == (31_536_000, True, True)
    for half in ({"HSTS_INCLUDE_SUBDOMAINS": "no"}, {"HSTS_SECONDS": "3600"}):
        with pytest.raises(ImproperlyConfigured, match=r"^HSTS_PRELOAD needs HSTS_INCLUDE_SUBDOMAINS"):
            hsts(HSTS_PRELOAD="true", **half)


def test_threads_that_granian_does_not_hear_of_are_refused():
    assert settings_of(PRODUCTION | {"GRANIAN_BLOCKING_THREADS": "64"}).WEB_THREADS == 64
    assert settings_of(LAPTOP, dotenv={"GRANIAN_BLOCKING_THREADS": "64"}).WEB_THREADS == 64  # quickstart tells it
    with pytest.raises(ImproperlyConfigured, match=r"^GRANIAN_BLOCKING_THREADS is for granian's environment"):
        settings_of(PRODUCTION, dotenv={"GRANIAN_BLOCKING_THREADS": "64"})


# ── STORAGE_URL ──────────────────────────────────────────────────────────────────────────────────────────────────────


def options(url: str):
    return image_storage(url, cache_control="public")["OPTIONS"]


def test_without_an_address_pictures_are_kept_on_disk():
    assert (
        image_storage("", cache_control="")["BACKEND"]
        == "generations.images.storage.filesystem.DurableFileSystemStorage"
    )


def test_credentials_are_percent_decoded_and_the_bucket_keeps_its_name():
    found = options("s3://AKIA%2F1:p%40ss%2Fw%2Bord%3A@My-bucket.eu?region=eu-central-1")
    assert (found["access_key"], found["secret_key"]) == ("AKIA/1", "p@ss/w+ord:")
    assert (found["bucket_name"], found["region_name"], found["endpoint_url"]) == ("My-bucket.eu", "eu-central-1", None)


def test_special_characters_are_taken_as_they_are_written():
    found = options(
        "s3://k$y:se$cret%2B%26%25+@bucket?endpoint=http://[::1]:9000/&region=eu&public_url=https://a.example/b+c%26"
    )
    assert (found["access_key"], found["secret_key"]) == ("k$y", "se$cret+&%+")
    assert found["endpoint_url"] == "http://[::1]:9000/"
    assert found["custom_domain"] == "a.example/b+c&"


def test_what_is_empty_in_the_query_is_the_default():
    empty, missing = (image_storage(url, cache_control="") for url in ("s3://b?endpoint=&region=&served_by=", "s3://b"))
    for configured in (empty, missing):
        del configured["OPTIONS"]["transfer_config"], configured["OPTIONS"]["client_config"]
    assert empty == missing


def test_without_credentials_boto3_looks_in_its_usual_places():
    assert not {"access_key", "secret_key"} & set(options("s3://bucket"))


def test_links_are_presigned_for_an_hour_unless_said_otherwise():
    assert (options("s3://b")["querystring_auth"], options("s3://b")["querystring_expire"]) == (True, 3600)
    assert options("s3://b?url_life_s=60")["querystring_expire"] == 60


def test_public_links_carry_no_signature():
    found = options("s3://b?public_url=https://cdn.example/pictures/")
    assert (found["querystring_auth"], found["url_protocol"], found["custom_domain"]) == (
        False,
        "https:",
        "cdn.example/pictures",
    )


def test_the_web_can_serve_a_private_bucket():
    assert (
        image_storage("s3://b?served_by=web", cache_control="")["BACKEND"]
        == "generations.images.storage.served_s3.WebServedS3Storage"
    )


def test_the_web_can_send_clients_on_to_a_bucket_for_five_minutes():
    storage = image_storage("s3://b?served_by=redirect", cache_control="")
    assert storage["BACKEND"] == "generations.images.storage.served_s3.RedirectedS3Storage"
    assert storage["OPTIONS"]["querystring_expire"] == 300


@pytest.mark.parametrize(
    "url",
    [
        "s3://",
        "s3://key:secret@",
        "bucket",
        "file:///tmp",
        "s3://bucket/prefix",
        "s3://bucket?publicurl=https://typo.example",
        "s3://bucket?served_by=nginx",
        "s3://bucket?public_url=cdn.example",
        "s3://bucket?url_life_s=0",
        "s3://bucket?url_life_s=604801",
        "s3://bucket?url_life_s=1h",
        "s3://bucket?url_life_s=٣",
        "s3://key-without-secret@bucket",
        "s3://:secret-without-key@bucket",
        "s3://key:sec/ret@bucket",
        "s3://key:sec#ret@bucket",
        "s3://key:sec?ret@bucket",
        "s3://key:sec[ret@bucket",
        "s3://bucket?endpoint=s3.example",
        "s3://bucket?endpoint=http://u:p@s3.example",
        "s3://bucket?public_url=https://a.example&served_by=web",
        "s3://bucket?public_url=https://a.example&url_life_s=60",
        "s3://bucket?served_by=web&url_life_s=60",
    ],
)
def test_what_it_cannot_mean_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="STORAGE_URL"):
        image_storage(url, cache_control="")


@pytest.mark.parametrize(
    ("location", "storage_url"), [("protected", ""), ("/", ""), ("/a b/", ""), ("/protected/", "s3://bucket")]
)
def test_what_nginx_cannot_be_told_is_refused(location, storage_url):
    with pytest.raises(ImproperlyConfigured, match="MEDIA_ACCEL_REDIRECT"):
        accel_redirect(location, storage_url=storage_url)


def test_pictures_get_their_type_and_life_and_a_link_that_works(s3_bucket, settings, client):
    """Against a real S3 server: presigned, and stored as the contract wants it."""
    import urllib.request

    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    default = image_storage(s3_bucket.storage_url, cache_control=settings.IMAGE_CACHE_CONTROL)
    settings.STORAGES = {**settings.STORAGES, "default": default}
    file = ContentFile(b"pixels")
    file.content_type = "image/png"
    default_storage.save("a b/ü.png", file)
    stored = s3_bucket.server.client.head_object(Bucket=s3_bucket.name, Key="a b/ü.png")
    assert (stored["ContentType"], stored["CacheControl"]) == ("image/png", "public, no-cache")
    with urllib.request.urlopen(default_storage.url("a b/ü.png"), timeout=5) as answer:
        assert answer.read() == b"pixels"
