"""What the local disk serves: pictures, each with its type, and nothing else."""

import pytest

from tests.providers import png

IMMUTABLE = "public, max-age=31536000, immutable"


@pytest.fixture
def served(client, media):
    (media / "shop").mkdir()
    for name in ("a.png", "a.jpg", "a.webp", "a.avif", "page.html", "script.svg", "secret.txt", "no_extension"):
        (media / "shop" / name).write_bytes(png())
    return lambda path: client.get(f"/media/{path}")


@pytest.mark.parametrize(
    ("name", "mime_type"),
    [("a.png", "image/png"), ("a.jpg", "image/jpeg"), ("a.webp", "image/webp"), ("a.avif", "image/avif")],
)
def test_a_picture_comes_with_its_type_and_may_be_cached_for_ever(served, name, mime_type):
    answer = served(f"shop/{name}")
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, mime_type, IMMUTABLE)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer) == png()


@pytest.mark.parametrize(
    "path",
    [
        "",
        "shop",
        "shop/",
        "shop/none.png",
        "shop/page.html",
        "shop/script.svg",
        "shop/secret.txt",
        "shop/no_extension",
        "../secret_key",
        "..%2f..%2fetc%2fpasswd.png",
        "shop/../../easel.sqlite3",
        "shop/a.png%00.txt",
        "shop/a%00.png",
        "/etc/passwd.png",
    ],
)
def test_nothing_else_is_there(served, path):
    answer = served(path)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/json"


def test_nothing_can_be_written_there(client, media):
    assert client.post("/media/shop/a.png").status_code == 405
