"""What the commands for operators share: examples in their help, one JSON object on request, names of rows."""

import json
import re
import unicodedata
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from textwrap import fill
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser, DjangoHelpFormatter

from projects.api.serialization import wire_time
from projects.models import ApiKey, Project
from projects.organizations import switch_project
from projects.release import refuse_other_release
from projects.services import HIGHEST_RATE_LIMIT, LONGEST_LIFE_DAYS

HELP_WIDTH = 100
PROJECT_HELP = "Its id, its slug, or organization/project."
KEY_HELP = "Its eight characters after esl_, or any text that begins with these: esl_…"
KEY = re.compile(r"(?:esl_)?([0-9A-Za-z]{8})(?:_.*)?")


class Formatter(DjangoHelpFormatter, RawDescriptionHelpFormatter):
    """Examples stay in their lines."""


class CommandWithExamples(BaseCommand):
    """``examples``, one a line, and ``exits`` stand below the options in its help."""

    examples = ""
    exits = ""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        epilog = f"examples:{self.examples.rstrip()}\n\n{fill(self.exits, HELP_WIDTH)}"
        parser = super().create_parser(prog_name, subcommand, formatter_class=Formatter, epilog=epilog, **kwargs)
        parser.description = fill(self.help, HELP_WIDTH)
        return parser


class OperatorCommand(CommandWithExamples):
    """One that works with the database, and answers programs as well."""

    exits = (
        "Ends with 0 when what was asked for is so, 1 with one sentence if it is refused, 2 for a wrong command line. "
        "With --json, stdout has one JSON object and nothing else."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="Answer with one JSON object.")

    def execute(self, *args: Any, **options: Any) -> str | None:
        """As ever, unless the database is another release's: this one would misread its rows, or look for others."""
        refuse_other_release()
        return super().execute(*args, **options)

    def answer(self, options: dict[str, Any], sentences: str, **facts: Any) -> None:
        """In words, or with ``--json`` as facts; names are those of the API."""
        self.stdout.write(json.dumps(facts, ensure_ascii=False) if options["as_json"] else sentences)


class SwitchCommand(OperatorCommand):
    """Enables or disables a project, as ``active`` says; once more changes nothing."""

    active: bool

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("project", help=PROJECT_HELP)

    def handle(self, *args: Any, **options: Any) -> None:
        project = find_project(options["project"])
        switched = switch_project(project, active=self.active)
        word = "enabled" if self.active else "disabled"
        sentence = (
            f"Project {path_of(project)} is {word}." if switched else f"Project {path_of(project)} was {word} before."
        )
        self.answer(options, sentence, project=path_of(project), projectId=str(project.pk), changed=switched)


def add_key_arguments(parser: ArgumentParser) -> None:
    """What a new key may have."""
    parser.add_argument("--days", type=int, help="How long the key lives; API_KEY_LIFE_DAYS (90) by default.")
    parser.add_argument("--rate-limit", type=int, help="Requests an hour; RATE_LIMIT_PER_HOUR (100) by default.")


def refuse_what_no_key_has(name: str, *, option: str = "--name", days: int | None, rate_limit: int | None) -> None:
    """The same bounds as the admin's form has."""
    longest = ApiKey._meta.get_field("name").max_length or 0
    if not 0 < len(name) <= longest or not is_one_line(name):
        raise CommandError(f"{option} is text of 1 to {longest} characters in one line: what will use the key.")
    if days is not None and not 1 <= days <= LONGEST_LIFE_DAYS:
        raise CommandError(
            f"--days is a whole number from 1 to {LONGEST_LIFE_DAYS}; left out, it is API_KEY_LIFE_DAYS."
        )
    if rate_limit is not None and not 1 <= rate_limit <= HIGHEST_RATE_LIMIT:
        raise CommandError(
            f"--rate-limit is a whole number from 1 to {HIGHEST_RATE_LIMIT}; left out, it is RATE_LIMIT_PER_HOUR."
        )


def is_one_line(text: str) -> bool:
    """Without characters that control a terminal, where names are listed."""
    return all(unicodedata.category(character) != "Cc" for character in text)


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
    names = ", ".join(map(path_of, choices))
    problem = "Several projects match" if projects else "No project matches"
    raise CommandError(f"{problem} {name!r}. Choose from: {names or 'none, make one with manage.py create_project'}")


def find_key(name: str) -> ApiKey:
    """The key whose visible part begins so; a whole key will do, and is not repeated."""
    shape = KEY.fullmatch(name.strip())
    found = ApiKey.objects.select_related("project__organization").filter(key_id=shape[1] if shape else None).first()
    if found is None:
        raise CommandError("No key is called so. manage.py list_api_keys shows all: name one by its first part, esl_….")
    return found


def path_of(project: Project) -> str:
    return f"{project.organization.slug}/{project.slug}"


def described(api_key: ApiKey) -> dict[str, Any]:
    """A key for programs, without its text."""
    return {
        "keyId": api_key.key_id,
        "name": api_key.name,
        "project": path_of(api_key.project),
        "expiresAt": wire_time(api_key.expires_at),
    }
