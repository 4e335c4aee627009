"""The cookies of staff, as a login gets them on a laptop and in production."""

import json
import os
import subprocess
import sys

import pytest

from tests.config.settings.test_settings import SOUND
from tests.production.files import ROOT

LOG_IN = """
import json, django
django.setup()
from django.conf import settings
from django.test.utils import setup_test_environment
from django.core.management import call_command
setup_test_environment()
# Nobody has collected the static files here.
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
call_command("migrate", verbosity=0)
from django.contrib.auth.models import User
from django.test import Client
User.objects.create_superuser("boss", password="correct horse")
client = Client(headers={"Host": settings.ALLOWED_HOSTS[0]})
client.get("/admin/login/", secure=settings.PRODUCTION)
answer = client.post("/admin/login/", {"username": "boss", "password": "correct horse"}, secure=settings.PRODUCTION)
print(json.dumps({name: dict(cookie) for name, cookie in answer.cookies.items()}))
"""


def cookies(data_dir, **environment: str):
    """Of a login, in a process that read these settings from its environment."""
    given = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings", "DATA_DIR": str(data_dir)}
    given |= {"DATABASE_URL": f"sqlite:///{data_dir}/x.sqlite3", "LOG_STREAM": "stderr", **environment}
    command = [sys.executable, "-c", LOG_IN]
    done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def production():
    return {name: value for name, value in SOUND.items() if name != "DATABASE_URL"}


def test_in_production_they_are_this_hosts_alone(tmp_path, production):
    found = cookies(tmp_path, **production)
    assert set(found) == {"__Host-sessionid", "__Host-csrftoken"}
    for cookie in found.values():
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
        assert (cookie["path"], cookie["domain"]) == ("/", "")


def test_production_does_without_https_where_it_is_told_to(tmp_path, production):
    found = cookies(tmp_path, **production, SECURE_COOKIES="false")
    assert set(found) == {"sessionid", "csrftoken"}
    assert {cookie["secure"] for cookie in found.values()} == {""}


def test_a_laptop_has_no_https_and_its_cookies_work_without(tmp_path):
    found = cookies(tmp_path)
    assert set(found) == {"sessionid", "csrftoken"}
    for cookie in found.values():
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == ("", True, "Lax")
