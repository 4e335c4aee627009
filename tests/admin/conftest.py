from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntryManager
from django.contrib.auth.models import Permission, User
from django.db import OperationalError
from django.test import Client
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    """A media folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def boss(db) -> Client:
    """A browser in which a superuser has logged in."""
    client = Client()
    client.force_login(User.objects.create_superuser("boss"))
    return client


@pytest.fixture
def staff(db) -> Callable[..., Client]:
    """A browser of a member of staff who has these permissions (``app.verb_model``) and no other."""

    def log_in(*permissions: str) -> Client:
        user = User.objects.create_user("clerk", is_staff=True)
        for permission in permissions:
            app_label, codename = permission.split(".")
            user.user_permissions.add(Permission.objects.get(content_type__app_label=app_label, codename=codename))
        client = Client()
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def no_history(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database goes away just before an action is noted."""

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(LogEntryManager, "log_actions", fail)
