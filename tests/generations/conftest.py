from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.cache import cache
from django.db import connection
from pytest_django.fixtures import Settings

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
