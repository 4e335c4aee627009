"""Pictures at addresses of this server, on the local disk and in a bucket: the row decides, whatever lies there."""

import hashlib
import socket
import threading
from types import SimpleNamespace
from urllib.request import urlopen

import pytest
from django.core.files.storage import storages
from django.db import OperationalError, connections

from generations import services
from generations.images import serving as module
from generations.images.models import Image
from generations.images.storage import served_s3
from generations.models import Generation
from projects.api.connection_pool import Places, Slots
from tests.client import GENERATIONS
from tests.factories import PIXELS, GenerationFactory, ImageFactory

pytestmark = pytest.mark.django_db

ETAG = f'"{hashlib.sha256(PIXELS).hexdigest()}"'


@pytest.fixture(params=["disk", "bucket"])
def stored(request):
    """A generation with its picture and the picture's file, on the disk or in a bucket."""
    if request.param == "disk":
        request.getfixturevalue("media")
    else:
        url = request.getfixturevalue("s3_bucket").storage_url
        request.getfixturevalue("use")(f"{url}&served_by=web")
    return GenerationFactory(success=True, output_image__file=True)


@pytest.fixture
def show(client):
    """Ask for a picture, and read it."""

    def show(image, method="get", **headers):
        answer = getattr(client, method)(f"/media/{image.key}", headers=headers)
        answer.body = b"".join(answer)  # which closes it
        return answer

    return show


def file_of(image):
    return storages["default"].exists(image.key)


# ── What is there ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_picture_comes_with_its_type_and_is_asked_for_again_by_every_cache(stored, show):
    answer = show(stored.output_image)
    assert (answer.status_code, answer["Content-Type"], answer.body) == (200, "image/png", PIXELS)
    assert (answer["Cache-Control"], answer["ETag"], answer["Content-Length"]) == ("public, no-cache", ETAG, "6")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_head_says_the_same_and_sends_nothing(stored, show):
    got, head = show(stored.output_image), show(stored.output_image, "head")
    assert (head.status_code, head.body) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control", "Accept-Ranges"):
        assert head[name] == got[name]


def test_whoever_has_it_gets_a_304(stored, show):
    wanted = {ETAG: 304, f"W/{ETAG}": 304, f'"other", {ETAG}': 304, "*": 304, '"no"': 200}
    for method in ("get", "head"):
        for if_none_match, status in wanted.items():
            answer = show(stored.output_image, method, **{"If-None-Match": if_none_match})
            assert (answer.status_code, answer["ETag"], answer["Cache-Control"]) == (status, ETAG, "public, no-cache")


def test_a_part_of_it_is_sent_alone(stored, show):
    for wanted, part, body in (
        ("bytes=0-", "0-5", PIXELS),
        ("bytes=2-3", "2-3", b"xe"),
        ("bytes=4-99", "4-5", b"ls"),
        ("bytes=-2", "4-5", b"ls"),
        ("bytes=-99", "0-5", PIXELS),
    ):
        answer = show(stored.output_image, Range=wanted)
        assert (answer.status_code, answer["Content-Range"], answer.body) == (206, f"bytes {part}/6", body)
        assert (answer["Content-Length"], answer["Accept-Ranges"]) == (str(len(body)), "bytes")


def test_a_part_that_it_does_not_have_is_a_416(media, show):
    image = ImageFactory(file=True)
    for wanted in ("bytes=6-", "bytes=6-9", "bytes=-0"):
        answer = show(image, Range=wanted)
        assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */6")


def test_whatever_else_is_asked_for_is_answered_in_full(media, show):
    image = ImageFactory(file=True)
    for wanted in ("bytes=", "bytes=-", "bytes=3-2", "bytes=0-1,3-4", "items=0-1", f"bytes={'9' * 5000}-", "0-1"):
        answer = show(image, Range=wanted)
        assert (answer.status_code, answer.body) == (200, PIXELS), wanted


def test_a_part_of_another_picture_is_not_mixed_with_one_of_this(stored, show):
    assert show(stored.output_image, Range="bytes=2-3", **{"If-Range": ETAG}).status_code == 206
    assert show(stored.output_image, Range="bytes=2-3", **{"If-Range": '"other"'}).body == PIXELS


# ── What is not ──────────────────────────────────────────────────────────────────────────────────────────────────────


def is_gone(answer):
    return (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
        404,
        "application/json",
        "no-store",
    )


def test_a_deleted_picture_is_gone_at_once_although_its_file_is_there(stored, show, api_key, client):
    stored.project = api_key.project
    stored.save()
    image = stored.output_image
    deleted = client.delete(f"{GENERATIONS}/{stored.pk}", headers={"X-API-Key": api_key.text})
    assert deleted.status_code == 200
    assert file_of(image)  # no worker has come by
    for answer in (
        show(image),
        show(image, "head"),
        show(image, **{"If-None-Match": ETAG}),
        show(image, "head", **{"If-None-Match": "*"}),
        show(image, Range="bytes=0-1"),
    ):
        assert is_gone(answer)


def test_one_with_an_alias_stays(stored, show):
    Image.objects.update(alias="@hero")
    services.delete_generation(stored.project, str(stored.pk))
    assert show(stored.output_image).body == PIXELS


def test_what_is_in_the_trash_is_gone_until_it_is_restored(stored, show):
    services.trash_generation(stored)
    assert is_gone(show(stored.output_image))
    assert is_gone(show(stored.output_image, **{"If-None-Match": ETAG}))
    services.restore_generation(stored)
    assert show(stored.output_image).body == PIXELS
    Generation.objects.update(deleted_at=stored.created_at)
    Image.objects.update(alias="@hero")
    assert show(stored.output_image).body == PIXELS


def test_staff_see_what_is_in_the_trash_and_no_cache_keeps_it(stored, show, admin_client, django_user_model):
    services.trash_generation(stored)
    path = f"/media/{stored.output_image.key}"
    answer = admin_client.get(path)
    assert (b"".join(answer), answer["Cache-Control"]) == (PIXELS, "private, no-store")
    nobody = django_user_model.objects.create_user("clerk", is_staff=True)
    admin_client.force_login(nobody)
    assert is_gone(admin_client.get(path))


@pytest.mark.parametrize("file", ["a.png", "page.html", "secret.txt", "no_extension"])
def test_a_file_without_a_row_is_not_there(client, media, file):
    (media / "shop").mkdir()
    (media / "shop" / file).write_bytes(PIXELS)
    assert is_gone(client.get(f"/media/shop/{file}"))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "shop",
        "shop/",
        "../secret_key",
        "..%2f..%2fetc%2fpasswd.png",
        "shop/../../easel.sqlite3",
        "a%00.png",
        "/a.png",
    ],
)
def test_nothing_else_is_there(client, media, path):
    answer = client.get(f"/media/{path}")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")


def test_nothing_can_be_written_there(client, media):
    assert client.post("/media/shop/a.png").status_code == 405


def test_a_row_whose_file_has_been_lost_is_not_there(stored, show):
    storages["default"].delete(stored.output_image.key)
    assert is_gone(show(stored.output_image))


# ── Who serves it ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nginx_sends_it_where_it_may(media, show, settings):
    settings.MEDIA_ACCEL_REDIRECT = "/protected/"
    image = ImageFactory(file=True)
    answer = show(image)
    assert (answer.status_code, answer.body, answer["Content-Type"]) == (200, b"", "image/png")
    assert answer["X-Accel-Redirect"] == f"/protected/{image.key}"
    assert show(image, **{"If-None-Match": ETAG}).status_code == 304
    Image.objects.all().delete()
    gone = show(image)
    assert is_gone(gone)
    assert "X-Accel-Redirect" not in gone


def test_clients_that_reach_the_bucket_are_sent_there_for_a_moment(use, s3_bucket, show):
    use(f"{s3_bucket.storage_url}&served_by=redirect")
    image = ImageFactory(file=True)
    assert image.storage_url == f"/media/{image.key}"
    answer = show(image)
    assert (answer.status_code, answer["Cache-Control"]) == (302, "no-store")
    assert "X-Amz-Expires=300&" in answer["Location"]
    with urlopen(answer["Location"]) as there:
        assert (there.read(), there.headers["Cache-Control"]) == (PIXELS, "public, no-cache")
    assert show(image, "head").status_code == 200
    Image.objects.all().delete()
    assert is_gone(show(image))


# ── Who keeps whom waiting ───────────────────────────────────────────────────────────────────────────────────────────


def is_unavailable(answer):
    return (answer.status_code, answer["Retry-After"], answer.json()["error"]["code"]) == (
        503,
        "2",
        "SERVICE_UNAVAILABLE",
    )


def test_half_of_the_places_is_for_pictures_and_one_that_is_sent_gives_its_back(stored, client, monkeypatch):
    monkeypatch.setattr(module, "places", Places(4))
    path = f"/media/{stored.output_image.key}"
    first, second = client.get(path), client.get(path)
    assert (first.status_code, second.status_code) == (200, 200)
    assert is_unavailable(client.get(path))
    assert client.head(path).status_code == 200
    assert b"".join(first) == PIXELS
    again = client.get(path)
    assert (b"".join(again), b"".join(second)) == (PIXELS, PIXELS)


def test_no_slot_is_held_while_a_picture_is_opened(stored, show, monkeypatch):
    """Of a single slot, with this test's own connection, another thread works while the storage keeps it waiting."""
    own = connections["default"]
    monkeypatch.setattr(connections, "create_connection", lambda alias: own)
    slots = Slots()
    slots.open(1)
    worked = []

    def work():
        with slots.taken():
            worked.append(True)

    def open_part(storage, *args):
        other = threading.Thread(target=work, daemon=True)
        other.start()
        other.join(10)
        return opened(storage, *args)

    opened = type(storages["default"]).open_part
    monkeypatch.setattr(type(storages["default"]), "open_part", open_part)
    monkeypatch.setattr(module, "slots", slots)
    try:
        with slots.taken():
            assert show(stored.output_image).body == PIXELS
    finally:
        connections["default"] = own
        own.dec_thread_sharing()
    assert worked == [True]


def test_a_picture_is_never_in_memory_as_a_whole(stored, client, settings):
    """A chunk at a time, from the disk and from the bucket."""
    large = bytes(3 * 1024 * 1024)
    image = stored.output_image
    with storages["default"].open(image.key, "wb") as file:
        file.write(large)
    Image.objects.update(file_size=len(large))
    answer = client.get(f"/media/{image.key}")
    sizes = [len(chunk) for chunk in answer]
    assert (sum(sizes), max(sizes)) == (len(large), 256 * 1024)


def test_a_bucket_that_is_silent_is_a_503_soon(use, s3_bucket, show, monkeypatch, tcp_blackhole):
    use(f"{s3_bucket.storage_url}&served_by=web")
    image = ImageFactory(file=True)
    monkeypatch.setattr(served_s3, "READING", served_s3.READING.merge(served_s3.Config(read_timeout=0.2)))
    use(f"s3://key:secret@bucket?endpoint={tcp_blackhole.url('http').replace(':', '%3A')}&served_by=web")
    assert is_unavailable(show(image))
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    use(f"s3://key:secret@bucket?endpoint=http%3A//127.0.0.1%3A{port}&served_by=web")
    assert is_unavailable(show(image))


def test_a_disk_that_does_not_answer_is_a_503(media, show, monkeypatch):
    image = ImageFactory(file=True)
    path = media / image.key
    path.unlink()
    path.mkdir()
    assert is_unavailable(show(image))


def test_a_database_that_is_away_is_a_503(media, show, monkeypatch):
    image = ImageFactory(file=True)

    def away(**values):
        raise OperationalError

    monkeypatch.setattr("generations.images.shown.OF_KEY", SimpleNamespace(first=away))
    assert is_unavailable(show(image))


def test_whoever_reads_too_slowly_is_cut_off(stored, client, monkeypatch):
    answer = client.get(f"/media/{stored.output_image.key}")
    monkeypatch.setattr("generations.images.sending.time", SimpleNamespace(monotonic=lambda: float("inf")))
    assert b"".join(answer) == b""
