from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.cache import cache
from django.core.files.storage import storages
from django.db import connection
from pytest_django.fixtures import Settings

from config.settings.storages import image_storage
from generations.queue.broker import Bell
from tests.providers import Scripted


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    """A media folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def files(media: Path) -> Callable[[], list[str]]:
    """The keys of all stored files, now."""
    return lambda: sorted(str(path.relative_to(media)) for path in media.rglob("*") if path.is_file())


@pytest.fixture
def use(settings: Settings) -> Iterator[Callable[[str], None]]:
    """Store where a STORAGE_URL says; what is opened in a bucket is closed in the end."""
    opened: list[Any] = []

    def use(url: str) -> None:
        storage = image_storage(url, cache_control=settings.IMAGE_CACHE_CONTROL)
        settings.STORAGES = {**settings.STORAGES, "default": storage}
        opened.append(storages["default"])

    yield use
    for storage in opened:
        storage.connection.meta.client.close()
        _, reader = getattr(storage, "_reader_of", (0, None))  # of one whose pictures the web serves
        if reader:
            reader.close()


@pytest.fixture
def bell(redis_url: str) -> Iterator[Bell]:
    bell = Bell()
    yield bell
    bell.close()


@pytest.fixture
def elsewhere(django_db_blocker: Any) -> Iterator[Callable[[str], list[Any]]]:
    """Ask the database over another connection, which sees only what is committed."""
    with psycopg.connect(**{**connection.get_connection_params(), "cursor_factory": None}, autocommit=True) as other:
        yield lambda sql: other.execute(sql).fetchall()


@pytest.fixture
def provider(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> type[Scripted]:
    """The configured provider: it paints a tiny PNG until the test sets its ``answer``."""
    settings.IMAGE_PROVIDERS = {"default": {"BACKEND": "tests.providers.Scripted"}}
    monkeypatch.setattr(Scripted, "answer", staticmethod(Scripted.answer))
    monkeypatch.setattr(Scripted, "calls", 0)
    settings.IMAGE_PROVIDER_CHAIN = ["default"]
    cache.clear()
    return Scripted
