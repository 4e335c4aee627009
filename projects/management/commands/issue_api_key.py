"""``manage.py issue_api_key --project …``: print a new key, once."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from projects.models import ApiKey, Project
from projects.services import HIGHEST_RATE_LIMIT, LONGEST_LIFE_DAYS, issue_api_key


class Command(BaseCommand):
    help = "Issue an API key for a project and print it once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--project", required=True, help="Its id, its slug, or organization/project.")
        parser.add_argument("--name", default="command line", help="What will use the key.")
        parser.add_argument("--days", type=int, help="How long it lives; API_KEY_LIFE_DAYS (90) by default.")
        parser.add_argument("--rate-limit", type=int, help="Requests an hour; RATE_LIMIT_PER_HOUR (100) by default.")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_what_no_key_has(options["name"], days=options["days"], rate_limit=options["rate_limit"])
        life = None if options["days"] is None else timedelta(days=options["days"])
        _, text = issue_api_key(
            find_project(options["project"]), name=options["name"], life=life, rate_limit_per_hour=options["rate_limit"]
        )
        self.stdout.write(f"API key: {text}")


def refuse_what_no_key_has(name: str, *, days: int | None, rate_limit: int | None) -> None:
    """The same bounds as the admin's form has."""
    longest = ApiKey._meta.get_field("name").max_length or 0
    if not 0 < len(name.strip()) <= longest:
        raise CommandError(f"--name is text of 1 to {longest} characters: what will use the key.")
    if days is not None and not 1 <= days <= LONGEST_LIFE_DAYS:
        raise CommandError(
            f"--days is a whole number from 1 to {LONGEST_LIFE_DAYS}; left out, it is API_KEY_LIFE_DAYS."
        )
    if rate_limit is not None and not 1 <= rate_limit <= HIGHEST_RATE_LIMIT:
        raise CommandError(
            f"--rate-limit is a whole number from 1 to {HIGHEST_RATE_LIMIT}; left out, it is RATE_LIMIT_PER_HOUR."
        )


def find_project(name: str) -> Project:
    """The one project of that id, slug or organization/project pair."""
    organization, _, slug = name.rpartition("/")
    try:
        found = Project.objects.filter(pk=UUID(name))
    except ValueError:
        found = Project.objects.filter(slug=slug)
        if organization:
            found = found.filter(organization__slug=organization)
    projects = list(found.select_related("organization"))
    if len(projects) == 1:
        return projects[0]
    choices = projects or Project.objects.select_related("organization").order_by("organization__slug", "slug")[:20]
    names = ", ".join(f"{project.organization.slug}/{project.slug}" for project in choices)
    problem = "Several projects match" if projects else "No project matches"
    raise CommandError(f"{problem} {name!r}. Choose from: {names or 'none, make one in the admin first'}")
