"""``manage.py quickstart``: the whole product in one process, with everything that a newcomer needs."""

import os
import secrets
import socket
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections, transaction

from config.monitoring.summary import paid_for_by_shell, runs_on
from config.single_process import serve
from projects.models import Organization, Project
from projects.release import refuse_newer_database
from projects.services import issue_api_key

BANNER = """
  Easel runs at {url}

    Admin    {url}/admin/
    API docs {url}/docs
    Health   {url}/healthz

  It runs on

{parts}

"""
FIRST_START = """
  Written down nowhere else, so keep them:

Admin user: {username}
Admin password: {password}
API key: {key}

  Make a picture, then see it in the admin or by its id:

curl -s {url}/api/v1/generations -H 'X-API-Key: {key}' -H 'Content-Type: application/json' \\
  -d '{{"prompt": "a lighthouse on a cliff at sunset", "aspectRatio": "16:9"}}'

curl -s '{url}/api/v1/generations?limit=1' -H 'X-API-Key: {key}'
"""
LATER_START = """
  For another key:           .venv/bin/python manage.py issue_api_key --project default
  For a new admin password:  .venv/bin/python manage.py changepassword admin
"""


class Command(BaseCommand):
    help = "Run Easel on this machine: SQLite, files on disk, the worker inside the server's process."
    requires_system_checks = [
        "enhancement",
        "generations",
        "webhooks",
    ]  # a missing key is said now, and nothing else takes time

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("quickstart is for a laptop; see the README, «In production».")
        refuse_taken_port(settings.PORT)
        os.umask(0o077)
        refuse_newer_database()
        call_command("migrate", verbosity=0)
        self.greet(f"http://127.0.0.1:{settings.PORT}")
        connections.close_all()
        serve(settings.PORT)

    def greet(self, url: str) -> None:
        credentials = make_first_project() if not Organization.objects.exists() else None
        parts = "\n".join(f"    {name.replace('_', ' ').capitalize():12} {what}" for name, what in runs_on().items())
        self.stdout.write(BANNER.format(url=url, parts=parts))
        for sentence in paid_for_by_shell():
            self.stdout.write(f"  {sentence}\n  To start without it:  {sentence.split()[0]}= make run\n\n")
        self.stdout.write(FIRST_START.format(url=url, **credentials) if credentials else LATER_START)
        self.stdout.flush()


def refuse_taken_port(port: int) -> None:
    """The server shares its port (SO_REUSEPORT), so a second start would not notice the first one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(
                f"Port {port} is not free ({os.strerror(error.errno or 0)}). Try PORT={port + 1} make run"
            ) from None


@transaction.atomic
def make_first_project() -> dict[str, str]:
    """Make an organization, a project, a key and an admin; return the secrets."""
    organization = Organization.objects.create(name="Default", slug="default")
    project = Project.objects.create(organization=organization, name="Default", slug="default")
    _, key = issue_api_key(project, name="quickstart")
    password = secrets.token_urlsafe(12)
    get_user_model().objects.create_superuser("admin", password=password)
    return {"username": "admin", "password": password, "key": key}
