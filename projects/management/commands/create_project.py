"""``manage.py create_project organization/project``: a new project, and on request its first key."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import transaction

from projects.management.operators import (
    OperatorCommand,
    add_key_arguments,
    described,
    path_of,
    refuse_what_no_key_has,
)
from projects.models import Organization, Project
from projects.organizations import ProjectExists, create_project
from projects.services import issue_api_key

OPTIONS = {"slug": "organization/project", "name": "--name", "max_concurrent": "--max-concurrent"}
OPTIONS |= {"max_queued": "--max-queued", "image_provider": "--image-provider"}


class Command(OperatorCommand):
    help = (
        "Make a project, its organization where that is not there yet, and on request its first API key, printed once. "
        "What is there already is left as it is, and refused; with --if-absent it is fine, and no key is issued."
    )
    examples = """
  manage.py create_project acme/shop --name "Web shop" --key production
  manage.py create_project acme/batch --max-concurrent 2 --max-queued 50000
  manage.py create_project acme/shop --if-absent --json
"""

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("path", metavar="organization/project", help="Two slugs: letters, digits, - and _.")
        parser.add_argument("--name", type=str.strip, default="", help="The project's name; its slug by default.")
        parser.add_argument(
            "--organization-name", type=str.strip, default="", help="Of a new organization; its slug by default."
        )
        parser.add_argument("--max-concurrent", type=int, help="Generations in hand at a time; 0 is no limit.")
        parser.add_argument("--max-queued", type=int, help="Generations that may wait; 0 is no limit.")
        parser.add_argument("--image-provider", default="", help="Paints all of its pictures; else the usual chain.")
        parser.add_argument("--key", type=str.strip, metavar="NAME", help="Issue a first key: what will use it.")
        add_key_arguments(parser)
        parser.add_argument(
            "--if-absent", action="store_true", help="Change nothing where it is there, and end with 0."
        )

    def handle(self, *args: Any, path: str, **options: Any) -> None:
        organization, _, slug = path.partition("/")
        if not (organization and slug):
            raise CommandError(f"{path!r} is not organization/project, as in acme/shop.")
        self.refuse_what_cannot_be(organization, options)
        try:
            with transaction.atomic():
                project = self.create(organization, slug, options)
                issued = self.issue(project, options) if options["key"] is not None else None
        except ProjectExists as there:
            if not options["if_absent"]:
                raise CommandError(f"There is a project {path} already, {there.project.pk}; it is as it was.") from None
            self.answer(options, f"Project {path} is there, {there.project.pk}.", **facts(there.project, created=False))
            return
        sentences = f"Project {path} is made, {project.pk}."
        if issued:
            sentences += f"\nAPI key: {issued['key']}"
        self.answer(options, sentences, **facts(project, created=True), apiKey=issued)

    def refuse_what_cannot_be(self, organization: str, options: dict[str, Any]) -> None:
        if options["key"] is not None:
            refuse_what_no_key_has(
                options["key"], option="--key", days=options["days"], rate_limit=options["rate_limit"]
            )
        elif options["days"] is not None or options["rate_limit"] is not None:
            raise CommandError("--days and --rate-limit are the first key's; --key NAME issues one.")
        provider = options["image_provider"]
        if provider and provider not in settings.IMAGE_PROVIDERS:
            raise CommandError(f"--image-provider is one of: {', '.join(settings.IMAGE_PROVIDERS)}.")
        name = options["organization_name"]
        there = Organization.objects.filter(slug=organization).first()
        if there and name and name != there.name:
            raise CommandError(f"Organization {organization} is called {there.name!r}; leave --organization-name out.")

    def create(self, organization: str, slug: str, options: dict[str, Any]) -> Project:
        names = ("name", "organization_name", "image_provider", "max_concurrent", "max_queued")
        try:
            return create_project(organization, slug, **{name: options[name] for name in names})
        except ValidationError as error:
            field, messages = next(iter(error.message_dict.items()))
            raise CommandError(f"{OPTIONS.get(field, field)}: {messages[0]}") from None

    def issue(self, project: Project, options: dict[str, Any]) -> dict[str, Any]:
        life = None if options["days"] is None else timedelta(days=options["days"])
        api_key, text = issue_api_key(
            project, name=options["key"], life=life, rate_limit_per_hour=options["rate_limit"]
        )
        return described(api_key) | {"key": text}


def facts(project: Project, *, created: bool) -> dict[str, Any]:
    return {"project": path_of(project), "projectId": str(project.pk), "created": created}
